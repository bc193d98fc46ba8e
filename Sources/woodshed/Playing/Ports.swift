import ArgumentParser
import Console
import Foundation
import Workbench

struct Ports: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List what can be recorded from and played to.",
    discussion: """
      woodshed ports --watch

      A port is named elsewhere by its numbers, its name, or a part of that.
      """)

  @Flag(help: "List them again whenever one comes, goes or is connected; Ctrl-C ends.")
  var watch = false

  @OptionGroup var output: OutputOptions

  func run() async throws {
    guard watch else { return try output.print(PortsReport.current()) }
    for try await report in try PortsReport.changes() {
      try output.print(report)
      if output.format == .text { try standardOutput("\n") }
    }
  }
}
