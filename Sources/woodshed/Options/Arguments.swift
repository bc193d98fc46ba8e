public import ArgumentParser
public import Console
public import Player
public import Workbench

extension OutputFormat: ExpressibleByArgument {}

extension TakeFilter.Origin: ExpressibleByArgument {}

extension AroundRequest.Hand: ExpressibleByArgument {}

extension AuditionOrder: ExpressibleByArgument {}

extension BenchmarkReport.Task: ExpressibleByArgument {}

extension ComputePrecision: ExpressibleByArgument {}

extension RenderRequest.Kind: ExpressibleByArgument {}

extension PictureRequest.Scheme: ExpressibleByArgument {}

extension PlayerName: ExpressibleByArgument {
  /// The default as it is typed.
  public var defaultValueDescription: String { text }

  /// The names, the project's rounds, and files of weights.
  public static var defaultCompletionKind: CompletionKind { .models(["base", "current", "me"]) }

  /// Reads "me", or the name of a model.
  public init?(argument: String) {
    self.init(argument)
  }
}

extension TakeName: ExpressibleByArgument {
  /// The project's takes.
  public static var defaultCompletionKind: CompletionKind { .takes }

  /// Reads "12" or "last".
  public init?(argument: String) {
    self.init(argument)
  }
}

extension TakeNames: ExpressibleByArgument {
  /// The project's takes.
  public static var defaultCompletionKind: CompletionKind { .takes }

  /// Reads "12", "last" or "3-7".
  public init?(argument: String) {
    self.init(argument)
  }
}

extension ModelName: ExpressibleByArgument {
  /// The names, the project's rounds, and files of weights.
  public static var defaultCompletionKind: CompletionKind { .models(["base", "current"]) }

  /// Reads "base", "current", "3" or the path of a .safetensors file.
  public init?(argument: String) {
    self.init(argument)
  }
}

extension Since: ExpressibleByArgument {
  /// Reads "2026-11-01", "7d" or "2w".
  public init?(argument: String) {
    self.init(argument)
  }
}

extension TakeTime: ExpressibleByArgument {
  /// Reads "14", "0:14.5" or "1:02:03".
  public init?(argument: String) {
    self.init(argument)
  }
}
