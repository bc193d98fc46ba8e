import Foundation
import Testing

@testable import Sequencer

struct HandOverTests {
  @Test func passesAllOnInOrder() async {
    let handOver = HandOver<Int>()
    Thread {
      var kept: [Int] = []
      for number in 0..<100_000 {
        kept.append(number)
        handOver.offer(&kept)
      }
      handOver.end(with: kept)
    }.start()
    let passed = await passed(by: handOver)
    #expect(passed == Array(0..<100_000))
  }

  /// The first element is not done with until the giver has given all: it would wait for ever.
  @Test(.timeLimit(.minutes(15))) func theGiverGoesOnWhileTheTakerWorks() async {
    let handOver = HandOver<Int>()
    let allGiven = DispatchSemaphore(value: 0)
    let taker = Task { await self.passed(by: handOver) { if $0 == 0 { allGiven.wait() } } }
    var kept = [0]
    for number in 1..<1000 {
      handOver.offer(&kept)
      kept.append(number)
    }
    handOver.end(with: kept)
    allGiven.signal()
    #expect(await taker.value == Array(0..<1000))
  }

  private func passed(
    by handOver: HandOver<Int>, each: @escaping @Sendable (Int) -> Void = { _ in }
  ) async -> [Int] {
    await withCheckedContinuation { continuation in
      Thread {
        var passed: [Int] = []
        handOver.forEach {
          each($0)
          passed.append($0)
        }
        continuation.resume(returning: passed)
      }.start()
    }
  }
}
