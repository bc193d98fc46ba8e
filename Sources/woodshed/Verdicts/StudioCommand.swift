import ArgumentParser
import Console
import Studio
import Workbench

struct StudioCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "studio",
    abstract: "Look at your takes in the browser, hear and judge them there.",
    discussion: """
      woodshed studio
      woodshed studio --port 8321 --no-open

      One page with the piano rolls of all takes, until Ctrl-C. A click plays there; the keys are those of \
      woodshed audition. A phrase is dragged on a roll and kept with k. Only this machine is \
      served, and only the browser that opened the address which is printed.
      """)

  @Option(
    parsing: .unconditional,
    help: "The number in the address; without it one that is free.")
  var port: Int?

  @Flag(help: "Do not open the browser.")
  var noOpen = false

  @OptionGroup var sound: SoundOptions
  @OptionGroup var target: ProjectOptions

  func run() async throws {
    var request = StudioRequest()
    request.port = port
    request.sound = sound.request
    // Checked before the project is opened.
    try request.check()
    let studio = try Studio(on: target.find(), request)
    try await untilStopped { [noOpen] in
      try await studio.run { addresses in
        standardError(lines: ["Ctrl-C ends the studio"])
        try? standardOutput(addresses.lasting + "\n")
        if !noOpen { openInBrowser(addresses.once) }
      }
    }
  }
}
