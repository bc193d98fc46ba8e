import ArgumentParser

/// The shape of a batch, lanes and steps: "16x128".
struct BatchShape: ExpressibleByArgument {
  let lanes: Int
  let steps: Int

  init?(argument: String) {
    let numbers = argument.split(separator: "x").map { Int($0) }
    guard numbers.count == 2, let lanes = numbers[0], let steps = numbers[1],
      (1...4096).contains(lanes), (1...65536).contains(steps)
    else { return nil }
    self.lanes = lanes
    self.steps = steps
  }
}
