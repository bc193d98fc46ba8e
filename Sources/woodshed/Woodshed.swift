import ArgumentParser
import Console
import Foundation
import Workbench

/// The program: finds the subcommand, runs it, and reports an error in one sentence.
@main
struct Woodshed: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "woodshed",
    abstract: "Practise with a model of your own playing.",
    discussion: """
      Bring your playing in, fine-tune a model on it, hear what it plays back:

        woodshed new blues
        woodshed record
        woodshed import ~/midi
        woodshed tune
        woodshed generate --count 8 --after last
        woodshed play last

      With no keyboard and no files at hand, see it work first: woodshed tour
      """,
    version: Version.text,
    groupedSubcommands: [
      CommandGroup(name: "Projects:", subcommands: [New.self, Tour.self, Simulate.self]),
      CommandGroup(
        name: "Playing:", subcommands: [Ports.self, Record.self, DuetCommand.self, Play.self]),
      CommandGroup(
        name: "Takes:",
        subcommands: [
          Import.self, Takes.self, Show.self, Tokens.self, Export.self, Render.self,
          Holdout.self, Delete.self,
        ]),
      CommandGroup(name: "Pictures:", subcommands: [Plot.self, Report.self, BeforeAfter.self]),
      CommandGroup(
        name: "Keeping it safe:", subcommands: [Backup.self, Restore.self, Doctor.self]),
      CommandGroup(
        name: "Verdicts:",
        subcommands: [
          AuditionCommand.self, StudioCommand.self, Keep.self, Discard.self, Rate.self,
          NoteCommand.self, Undo.self,
        ]),
      CommandGroup(
        name: "Steered playing:",
        subcommands: [
          Perform.self, Accompany.self, Infill.self, Vary.self,
          GaugeCommand.self,
        ]),
      CommandGroup(
        name: "Models:",
        subcommands: [
          Tune.self, Rounds.self, Compare.self, Generate.self, Evaluate.self,
          BenchmarkCommand.self, Base.self,
        ]),
    ])

  /// Exit codes: 0 done, 1 failed, 2 wrong usage.
  static func main() async {
    keepStandardStreams()
    if let argument = ArgumentBytes.firstThatIsNoText {
      standardError(lines: [
        "cannot take '\(argument)': it is not UTF-8; write it so, or rename the file that it names"
      ])
      Foundation.exit(1)
    }
    // Asked for alone, it needs no knowledge of all commands, which takes longer than printing it.
    if CommandLine.arguments.dropFirst() == ["--version"] {
      do {
        try standardOutput(Version.text + "\n")
        return
      } catch {
        Foundation.exit(say(error))
      }
    }
    do {
      // A shell that asks for completions passes on the word being typed, which may be empty.
      if CommandLine.arguments.dropFirst().first != "---completion" {
        try EmptyWord.refuse(in: CommandLine.arguments.dropFirst())
        try ArgumentBytes.refuseDashedName()
      }
      let alone = parsedAlone()
      var command = if let alone { alone } else { try parseAsRoot() }
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      Foundation.exit(say(error))
    }
  }

  /// The commands typed most, which are parsed without looking at all the others: that takes longer than what they
  /// do.
  static let typedMost: [String: any ParsableCommand.Type] = [
    "discard": Discard.self, "export": Export.self, "generate": Generate.self, "keep": Keep.self,
    "note": NoteCommand.self, "play": Play.self, "ports": Ports.self, "rate": Rate.self,
    "record": Record.self, "render": Render.self, "show": Show.self, "takes": Takes.self,
    "undo": Undo.self,
  ]

  /// The command of a command line that is right and begins with one of ``typedMost``; `nil` for every other, whose
  /// errors and help are those of the whole program.
  private static func parsedAlone() -> sending (any ParsableCommand)? {
    let words = CommandLine.arguments.dropFirst()
    guard let type = words.first.flatMap({ typedMost[$0] }),
      let command = try? type.parseAsRoot(Array(words.dropFirst()))
    else { return nil }
    return Swift.type(of: command) == type ? command : nil
  }

  /// Prints an error, or the help that was asked for.
  ///
  /// - Returns: the exit code.
  private static func say(_ error: any Error) -> Int32 {
    let code = exitCode(for: error)
    if code == .success {
      do {
        try standardOutput(fullMessage(for: error) + "\n")
      } catch {
        return say(error)
      }
      return 0
    }
    // An `ExitCode` is thrown after everything was printed.
    if let code = error as? ExitCode { return code.rawValue }
    guard code != .validationFailure else {
      let commands = configuration.groupedSubcommands.flatMap { group in
        group.subcommands.map { $0._commandName }
      }
      if let unknown = UnknownCommand(in: CommandLine.arguments.dropFirst(), commands: commands) {
        standardError(lines: ["\(unknown)"])
        return 2
      }
      standardError(usage(after: fullMessage(for: error)))
      if let hint = ArgumentBytes.hint { standardError(lines: [hint]) }
      return 2
    }
    standardError(lines: [sentence(for: error)])
    return error is EmptyWord || error is DashedName || isWrongUse(error) ? 2 : 1
  }

  /// Rewords ArgumentParser's message for wrong use, which begins with "Error: ", like all other errors.
  static func usage(after message: String) -> String {
    if let match = message.prefixMatch(of: #/Error: The value '(.*)' is invalid for '(.*?)'/#) {
      // An option is called by its name alone; an argument, which has none, as in the help.
      let option = match.2.hasPrefix("-") ? match.2.split(separator: " ").first : nil
      let what = option.map { "\($0) \(match.1)" } ?? "\(match.1) as \(match.2)"
      return "cannot use \(what): it cannot have that value"
        + message[match.range.upperBound...].replacing(
          #/^\. Please provide one of /#, with: "; say one of ")
    }
    // What a command itself finds wrong is worded already.
    if message.hasPrefix("Error: cannot ") { return String(message.dropFirst("Error: ".count)) }
    guard let match = message.prefixMatch(of: #/Error: (.)/#) else { return message }
    return "cannot run this: \(match.1.lowercased())" + message[match.range.upperBound...]
  }
}
