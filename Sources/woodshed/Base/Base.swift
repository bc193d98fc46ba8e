import ArgumentParser

struct Base: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train and measure the base model that a template brings.",
    subcommands: [
      BaseTrain.self, BaseEvaluate.self, BasePackCommand.self, BaseAdopt.self,
      BaseGramsCommand.self,
    ])
}
