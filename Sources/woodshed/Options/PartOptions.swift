import ArgumentParser
import Workbench

/// `--from` and `--until`, for every command that does something with a part of a take.
struct PartOptions: ParsableArguments {
  @Option(
    parsing: .unconditional, help: "Only a part of a take, from here on: 1:20, or seconds.")
  var from: TakeTime?

  @Option(parsing: .unconditional, help: "Only a part of a take, up to here.")
  var until: TakeTime?

  var part: TakePart { TakePart(from: from?.seconds, until: until?.seconds) }
}
