import Terminal
import Testing

@testable import Console
@testable import Workbench

@Suite struct PlayTests {
  @Test func whereItIsIsOneLine() {
    var status = Playing.Status(take: 7, seconds: 31, length: 124, isPaused: false, tempo: 1)
    #expect(status.line == "take 7  0:31 / 2:04")
    status.tempo = 1.1
    status.isPaused = true
    #expect(status.line == "take 7  0:31 / 2:04  110 %  paused")
  }

  @Test func howMuchOfTheTakeItIsIsSeenWhereThereIsRoom() {
    let status = Playing.Status(take: 7, seconds: 31, length: 124, isPaused: false, tempo: 1)
    #expect(
      status.gauged(on: Page(columns: 200)) == "take 7  0:31 / 2:04  ━━━━━━━━━━"
        + String(repeating: "─", count: 30))
    #expect(status.gauged(on: Page(columns: 32, ink: .ascii)) == "take 7  0:31 / 2:04  ###.......")
    #expect(status.gauged(on: Page(columns: 31)) == status.line)
    #expect(status.gauged(on: nil) == status.line)
  }
}
