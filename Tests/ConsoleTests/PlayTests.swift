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
}
