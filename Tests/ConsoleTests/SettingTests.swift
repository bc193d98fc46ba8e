import ArgumentParser
import Capture
import Player
import Rounds
import Testing
import Work

@testable import Console
@testable import Workbench
@testable import woodshed

@Suite struct SettingTests {
  /// All options of all commands.
  static let options: Set<String> = {
    func help(_ command: any ParsableCommand.Type) -> [String] {
      let text = command.helpMessage(includeHidden: true)
      return text.matches(of: #/--[a-z][a-z-]+/#).map { String($0.output) }
        + command.configuration.subcommands.flatMap(help)
    }
    return Set(help(Woodshed.self))
  }()

  @Test(arguments: [
    (Setting.count, "--count"), (.seconds, "--seconds"), (.temperature, "--temperature"),
    (.topP, "--top-p"), (.minutes, "--minutes"), (.dropout, "--dropout"), (.passes, "--passes"),
    (.shape, "--shape"), (.blindPairs, "--blind"), (.takes, "--takes"), (.to, "--to"),
    (.gain, "--gain"), (.reverb, "--reverb"), (.tempo, "--tempo"), (.rounds, "--rounds"),
    (.measuredMinutes, "--measured-minutes"), (.splitSeconds, "--split"),
    (.lookBackMinutes, "--look-back"), (.limit, "--limit"), (.lanes, "--lanes"),
    (.steps, "--steps"),
    (Setting("seed"), "--seed"),
    (Setting(TuneSettings.CodingKeys.learningRate.rawValue), "--learning-rate"),
  ])
  func aSettingsOptionIsThere(setting: Setting, option: String) {
    #expect(setting.optionName == option)
    #expect(Self.options.contains(option))
  }

  @Test func aRatingIsNoOption() {
    #expect(Setting.rating.optionName == "a rating of")
  }
}
