import Foundation
import Library
import Rounds
import Testing
import Work

@testable import Console
@testable import Workbench

@Suite struct WrappingTests {
  @Test func linesArePartedAtBlanks() {
    #expect("one two three".wrapped(to: nil) == ["one two three"])
    #expect("one two three".wrapped(to: 13) == ["one two three"])
    #expect("one two three".wrapped(to: 12) == ["one two", "  three"])
    #expect("one two three four".wrapped(to: 7) == ["one two", "  three", "  four"])
    #expect("  from    a b c d".wrapped(to: 12) == ["  from    a", "    b c d"])
  }

  @Test func aWordThatIsTooLongStaysWhole() {
    #expect("/a/very/long/path".wrapped(to: 5) == ["/a/very/long/path"])
    #expect(
      "in /a/very/long/path now".wrapped(to: 8) == ["in", "  /a/very/long/path", "  now"])
    #expect("   ".wrapped(to: 2) == ["   "])
    #expect("".wrapped(to: 0) == [""])
  }

  @Test func noLineOfASentenceIsWiderThanThePage() {
    let sentence = sentence(
      for: WorkbenchError.noSuchProject(name: "blues", known: (1...40).map { "project-\($0)" }))
    for columns in 20...120 {
      let lines = sentence.wrapped(to: columns)
      #expect(lines.allSatisfy { $0.count <= columns })
      #expect(
        lines.joined(separator: " ").split(separator: " ") == sentence.split(separator: " "))
    }
  }

  @Test func aWordOfTheTableNeverTouchesTheNext() {
    for word in ["bookmark", "overrun", "unplugged", "interrupted"] {
      #expect(Table.facts(width: 8).line([word, "0:01"]).hasSuffix(" 0:01"))
    }
  }
}

/// Numbers that were computed, whatever came of it.
@Suite struct ComputedNumberTests {
  @Test func whatIsNoNumberIsShown() {
    #expect(Int(nearestTo: 2.5) == 3)
    #expect(Int(nearestTo: -2.4) == -2)
    #expect(Int(nearestTo: .nan) == 0)
    #expect(Int(nearestTo: .infinity) == .max)
    #expect(Int(nearestTo: -1e300) == .min)
    #expect(Estimate.fixed(.nan) == "nan")
    #expect(Estimate.fixed(-.infinity) == "-inf")
    #expect(Estimate.fixed(2.8116) == "2.812")
    #expect(Estimate.fixed(1e30) == "1e+30")
    #expect(Readable.text(seconds: .nan) == "0:00")
    #expect(Readable.text(seconds: 1e300).hasSuffix(":07"))
    #expect(Readable.words(seconds: .infinity) == "inf hours")
    let progress = WorkProgress(
      activity: "tuning", done: .nan, total: 1, unit: "events", seconds: 1)
    #expect(ProgressLine.text(for: progress).hasPrefix("tuning: "))
  }
}

@Suite struct TimeTests {
  @Test func aMomentIsOfThisZone() {
    let date = Date(timeIntervalSince1970: 1_764_100_800)
    let day = Readable.day(date)
    #expect(Readable.moment(date).hasPrefix(day + " "))
    #expect(Readable.moment(date).count == 19)
    #expect(TakeList.day(date) == day)
  }
}
