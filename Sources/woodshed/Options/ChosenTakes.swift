import ArgumentParser
import Workbench

/// Takes by name or by what they are, for every command that sounds or writes them.
struct ChosenTakes: ParsableArguments {
  @Argument(help: "The takes: 12, last, or 3-7 for all from 3 to 7.")
  var takes: [TakeNames] = []

  @OptionGroup var part: PartOptions

  @Flag(help: "Before a take that goes on from another, the last seconds of that.")
  var withPrimer = false

  @OptionGroup var filter: TakeFilterOptions

  func validate() throws {
    guard !takes.isEmpty || filter.isGiven else {
      throw ValidationError(
        "cannot tell which takes are meant: name them by number, or say which by --origin, --kept or --since"
      )
    }
    guard !withPrimer || part.from == nil else {
      throw ValidationError(
        "cannot use --with-primer with --from: it is for the beginning of a take, which --from leaves out"
      )
    }
  }

  var choice: TakeChoice {
    var choice = TakeChoice(takes.names, matching: filter.isGiven ? filter.filter : nil)
    choice.part = part.part
    choice.withPrimer = withPrimer
    return choice
  }
}
