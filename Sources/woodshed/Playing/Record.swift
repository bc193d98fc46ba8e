import ArgumentParser
import Capture
import Console
import Foundation
import Workbench

struct Record: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Record what you play, until Ctrl-C.",
    discussion: """
      woodshed record
      woodshed record "Digital Piano" --split 30

      Every keyboard that is plugged in is heard, or those you name. Takes split by themselves when \
      you pause, never under a held key or pedal. What you play is on the disk within half a second. \
      A take begins with a note: what a keyboard sends when it is switched on is none.

      Gestures, with --gestures, are struck together on the outermost keys: A0 C8 a bookmark; \
      A0 B0 C8 a new take; A7 B7 C8 keeps what you just played; A0 B0 C1 discards it; A0 B7 C8 takes \
      the last of these two back. Keep and discard end the take that runs. They are not recorded.
      """)

  @Argument(
    help: "Ports to record from, by name or numbers; see: woodshed ports", completion: .keyboards)
  var ports: [String] = []

  @OptionGroup var recording: RecordingOptions
  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let report = try await record(recording.request(of: ports), into: target.find())
    try output.print(report)
    guard report.rescueFiles.isEmpty, report.lostEvents == 0 else { throw ExitCode.failure }
  }
}
