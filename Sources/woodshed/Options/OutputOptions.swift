import ArgumentParser
import Console

/// `--format`, for every command that prints a result.
struct OutputOptions: ParsableArguments {
  @Option(help: "Print the result as text or json.")
  var format = OutputFormat.text

  /// Prints a result to standard output.
  func print(_ result: some ConsoleResult) throws { try format.print(result) }
}
