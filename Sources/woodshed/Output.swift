import ArgumentParser
import Foundation
import Terminal
import Workbench

/// How a result is printed.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json
}

/// `--format`, for every command that prints a result.
struct OutputOptions: ParsableArguments {
  @Option(help: "Print the result as text or json.")
  var format = OutputFormat.text

  /// Where a result is drawn: on a terminal, unless JSON was asked for.
  var page: Page? { format == .text ? .current(.output) : nil }

  /// Prints a result to standard output: its own text, a picture where it is one and there is a
  /// terminal, or itself as JSON.
  func print(_ result: some Encodable & CustomStringConvertible) throws {
    switch format {
    case .text:
      if let page, let drawable = result as? any Drawable {
        for line in drawable.drawing(on: page) {
          Swift.print(line.written(withColour: page.hasColour))
        }
      } else {
        Swift.print(result.description.printableLines)
      }
    case .json:
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      encoder.dateEncodingStrategy = .iso8601
      Swift.print(String(decoding: try encoder.encode(result), as: UTF8.self))
    }
    // A program that reads what changes must not wait for more.
    fflush(nil)
  }
}

/// `--project`, for every command that works on one.
struct ProjectOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The project, by name or folder.",
      discussion: "Without it: the one whose folder you are in, else the only one there is."))
  var project: String?

  /// Opens the project, and says so when that brought its library up to date.
  func find() throws -> Project {
    let project = try Project.find(named: project)
    if let news = project.newsOfUpdate { standardError(news) }
    return project
  }
}
