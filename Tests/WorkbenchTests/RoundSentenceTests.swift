import Foundation
import Rounds
import Testing

@testable import Workbench

@Suite struct RoundSentenceTests {
  private func numbers(_ json: String) throws -> RoundNumbers {
    try JSONDecoder().decode(RoundNumbers.self, from: Data(json.utf8))
  }

  @Test func aSureGainIsSaidInAPersonsWords() throws {
    let round = try numbers(
      """
      {"seconds": 5880, "heldOutSeconds": 1440, "heldOutGroups": 4, "heldOutTakes": 4, "share": 0.9,
       "promised": {"value": 0.0702, "standardError": 0.0089},
       "repertoire": {"value": 0.214, "standardError": 0.01},
       "groups": [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]}
      """)
    #expect(
      round.sentences == [
        "it plays more like you than the base: it finds the notes of your other music about 7 % likelier",
        "that is sure: 0.070 ± 0.009 nats per event better than the base, by 4 pieces, 24 minutes, that "
          + "it has not read",
        "the pieces that it was trained on it predicts better by 0.214 ± 0.010, as is to be expected",
        "what would help most: nothing in particular; play on, and tune again after an hour more",
      ])
  }

  @Test func aGainWithinTwoErrorsMayBeChance() throws {
    let round = try numbers(
      """
      {"seconds": 3900, "heldOutTakes": 2, "heldOutGroups": 2, "heldOutSeconds": 420, "share": 0.1,
       "promised": {"value": 0.0013, "standardError": 0.0019}, "groups": [0, 1, 1, 2]}
      """)
    #expect(
      round.sentences == [
        "it is hardly different from the base yet: it finds the notes of your other music less than 1 % likelier",
        "that may be chance: 0.001 ± 0.002 nats per event better than the base, by 2 pieces, 7 minutes, "
          + "that it has not read",
        "what would help most: other pieces",
      ])
  }

  @Test func aLittleThatIsSureIsCalledLittle() throws {
    let round = try numbers(
      """
      {"seconds": 1400, "heldOutTakes": 0, "heldOutGroups": 0, "share": 0.28,
       "promised": {"value": 0.0057, "standardError": 0.0018},
       "way": {"folds": 3, "groups": 4, "foldShare": 0.24, "agreement": 0.58, "looks": [],
         "spread": 0.003, "meanEvents": 9000}}
      """)
    #expect(
      round.sentences == [
        "it is hardly different from the base yet: it finds the notes of your other music less than 1 % likelier",
        "the little that it gains is sure: 0.006 ± 0.002 nats per event better than the base, by 4 "
          + "pieces, each by a training that went without it",
        "what would help most: more playing, an hour at least",
      ])
  }

  @Test func whereSittingsJudgeItIsNotCalledOtherMusic() throws {
    let round = try numbers(
      """
      {"seconds": 3900, "heldOutTakes": 2, "heldOutGroups": 2, "heldOutSeconds": 420, "share": 0.9,
       "areSittings": true, "promised": {"value": 0.19, "standardError": 0.01}}
      """)
    #expect(
      round.sentences.prefix(2) == [
        "it plays more like you than the base: it finds the notes of your playing at other sittings "
          + "about 21 % likelier",
        "that is sure: 0.190 ± 0.010 nats per event better than the base, by 2 sittings, 7 minutes, that "
          + "it has not read",
      ])
  }

  @Test func whereNothingCanTellItIsSaid() throws {
    #expect(
      try numbers(#"{"seconds": 300, "share": 0.1, "heldOutGroups": 0}"#).sentences == [
        "it stays near the base: nothing can tell yet whether more would be more like you",
        "what would help most: more playing, an hour at least",
      ])
    let byHeart = try numbers(
      """
      {"seconds": 3900, "share": 1, "isByHeart": true, "heldOutGroups": 2, "heldOutTakes": 2,
       "heldOutSeconds": 420, "promised": {"value": -0.0912, "standardError": 0.007},
       "repertoire": {"value": 0.9, "standardError": 0.02}}
      """)
    #expect(
      byHeart.sentences == [
        "it finds the notes of your other music about 10 % less likely than the base does",
        "that is sure: 0.091 ± 0.007 nats per event worse than the base, by 2 pieces, 7 minutes, that it has "
          + "not read",
        "the pieces that it was trained on it predicts better by 0.900 ± 0.020, which is what you asked for",
      ])
  }

  /// Rounds of before version 0.2 have the gain on the takes that chose them.
  @Test func anOldRecordIsReadAsItWas() throws {
    #expect(
      try numbers(
        #"{"seconds": 3900, "heldOutTakes": 2, "gain": {"value": 0.05, "standardError": 0.01}}"#
      ).sentences.dropLast() == [
        "it plays more like you than the base: it finds the notes of your other music about 5 % likelier",
        "that is sure: 0.050 ± 0.010 nats per event better than the base, by 2 takes set aside",
      ])
    #expect(try numbers("{}").sentences == ["what would help most: more playing, an hour at least"])
  }
}
