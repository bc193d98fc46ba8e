import ArgumentParser

@main
struct Woodshed: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "woodshed", abstract: "Practise with a model of your own playing.")
}
