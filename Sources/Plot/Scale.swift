/// A linear scale from values to pixels.
struct Scale {
  let lower: Double
  let upper: Double
  /// The pixels of `lower` and `upper`.
  let from: Double
  let to: Double

  /// A scale; if the bounds are equal, the upper one is raised by 1.
  init(_ lower: Double, _ upper: Double, from: Double, to: Double) {
    self.lower = lower
    self.upper = upper > lower ? upper : lower + 1
    self.from = from
    self.to = to
  }

  /// The pixel of a value.
  func callAsFunction(_ value: Double) -> Double {
    from + (value - lower) / (upper - lower) * (to - from)
  }

  /// About `count` round values between the bounds, in steps of 1, 2 or 5 times a power of ten.
  func ticks(about count: Int) -> [Double] {
    let rough = (upper - lower) / Double(max(1, count))
    var power = 1.0
    while power * 10 <= rough { power *= 10 }
    while power > rough { power /= 10 }
    let step = [1.0, 2, 5, 10].map { $0 * power }.first { $0 >= rough * 0.999 } ?? power * 10
    return Self.multiples(of: step, from: lower, to: upper)
  }

  /// About `count` round times between the bounds, in seconds, in steps that suit a clock.
  func timeTicks(about count: Int) -> [Double] {
    let rough = (upper - lower) / Double(max(1, count))
    let step =
      [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600]
      .first { $0 >= rough * 0.999 } ?? 7200
    return Self.multiples(of: step, from: lower, to: upper)
  }

  private static func multiples(of step: Double, from lower: Double, to upper: Double) -> [Double] {
    let first = Int((lower / step - 1e-9).rounded(.up))
    let last = Int((upper / step + 1e-9).rounded(.down))
    guard first <= last, last - first < 1000 else { return [] }
    return (first...last).map { Double($0) * step }
  }

  /// A value with as many decimals as the ticks need.
  static func label(_ value: Double, among ticks: [Double]) -> String {
    let step = ticks.count > 1 ? abs(ticks[1] - ticks[0]) : max(abs(value), 1)
    var decimals = 0
    while decimals < 4, abs(step * power(decimals) - (step * power(decimals)).rounded()) > 1e-6 {
      decimals += 1
    }
    return fixed(value, decimals: decimals)
  }

  /// A value with a fixed number of decimals.
  static func fixed(_ value: Double, decimals: Int) -> String {
    let scaled = Int((abs(value) * power(decimals)).rounded())
    let sign = value < 0 && scaled > 0 ? "−" : ""
    let whole = scaled / Int(power(decimals))
    guard decimals > 0 else { return "\(sign)\(whole)" }
    let part = "\(scaled % Int(power(decimals)))"
    return "\(sign)\(whole)." + String(repeating: "0", count: decimals - part.count) + part
  }

  private static func power(_ exponent: Int) -> Double {
    (0..<exponent).reduce(1) { result, _ in result * 10 }
  }

  /// "0:48" or "1:02:05"; with tenths of a second if steps are shorter than one.
  static func clock(_ seconds: Double, step: Double = 1) -> String {
    let sign = seconds < 0 ? "−" : ""
    let seconds = abs(seconds)
    if step < 1, seconds < 60 { return "\(sign)\(fixed(seconds, decimals: 1))" }
    let whole = Int(seconds.rounded())
    func two(_ number: Int) -> String { (number < 10 ? "0" : "") + "\(number)" }
    guard whole >= 3600 else { return "\(sign)\(whole / 60):\(two(whole % 60))" }
    return "\(sign)\(whole / 3600):\(two(whole / 60 % 60)):\(two(whole % 60))"
  }
}
