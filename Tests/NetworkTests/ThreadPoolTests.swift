import Dispatch
import Glibc
import Synchronization
import Testing

@testable import Network

@Suite struct ThreadPoolTests {
  @Test(arguments: [1, 2, 3]) func eachPartIsDoneOnceBeforeItReturns(threads: Int) throws {
    let team = ThreadPool(threads: threads)
    let counts = FloatBuffer(count: 1000)
    let address = counts.address()
    for turn in 0..<3000 {
      let parts = 1 + turn * 7 % 40
      try team.share(parts) { unsafe address.pointer[$0] += 1 }
      let sum = (0..<parts).reduce(0) { $0 + counts[$1] }
      guard sum == Float(parts) else {
        Issue.record("turn \(turn): \(sum) of \(parts) parts done")
        return
      }
      counts.zero(from: 0, count: parts)
    }
  }

  /// It must find work that comes after it went to sleep, as often as not in the very moment.
  @Test func workAfterAPauseIsDone() throws {
    let team = ThreadPool(threads: 2)
    let done = Atomic<Int>(0)
    for turn in 0..<40 {
      if turn % 4 == 3 { DispatchSemaphore(value: 0).pause(milliseconds: 2) }
      try team.share(3) { _ in done.add(1, ordering: .relaxed) }
    }
    #expect(done.load(ordering: .relaxed) == 120)
  }

  /// Where another program has the second processor, a part that was begun there comes late.
  @Test(.enabled(if: Processors.usable > 1, "one processor"))
  func afterALatePartTheWorkIsDoneOnOneThread() throws {
    let team = ThreadPool(threads: 2)
    let own = pthread_self()
    let given = Atomic<Int>(0)
    func share(late: Bool) throws {
      try team.share(4) { _ in
        if pthread_equal(pthread_self(), own) == 0 {
          given.add(1, ordering: .relaxed)
          if late { usleep(50_000) }
        } else {
          // There is time to take the next one.
          usleep(late ? 200 : 20)
        }
      }
    }
    var turns = 0
    while given.load(ordering: .relaxed) == 0, turns < 10_000 {
      try share(late: true)
      turns += 1
    }
    try #require(given.exchange(0, ordering: .relaxed) > 0)
    for _ in 0..<500 { try share(late: false) }
    #expect(given.load(ordering: .relaxed) == 0)
    // And later it is asked again.
    turns = 0
    while given.load(ordering: .relaxed) == 0, turns < 10_000 {
      try share(late: false)
      turns += 1
    }
    #expect(given.load(ordering: .relaxed) > 0)
  }

  @Test func anErrorIsThrownOnceAllPartsHaveEnded() throws {
    let team = ThreadPool(threads: 2)
    let done = Atomic<Int>(0)
    #expect(throws: NetworkError.emptyCorpus) {
      try team.share(8, isLong: true) { part in
        done.add(1, ordering: .relaxed)
        if part % 3 == 1 { throw NetworkError.emptyCorpus }
      }
    }
    #expect(done.exchange(0, ordering: .relaxed) == 8)
    try team.share(8) { _ in done.add(1, ordering: .relaxed) }
    #expect(done.load(ordering: .relaxed) == 8)
  }

  @Test(
    .enabled(if: Precision.int8.isAvailable, "no 8-bit products on this processor"),
    arguments: [(1, 16), (1, 100), (1, 2048), (3, 100), (5, 2048)])
  func aSharedProductIsTheSame(rows: Int, outputs: Int) throws {
    let inputs = 48
    var random = SeededGenerator(seed: 5)
    func numbers(_ count: Int) -> FloatBuffer {
      FloatBuffer((0..<count).map { _ in Float.random(in: -1...1, using: &random) })
    }
    let (parameters, x) = (numbers(inputs * outputs), numbers(rows * inputs))
    func product(on team: ThreadPool) throws -> [Float] {
      let product = QuantisedProduct(
        rows: rows, parts: [.init(inputs: inputs, start: 0)], outputs: outputs,
        parameters: parameters, on: team)
      product.refresh()
      let (start, y) = (FloatBuffer(count: outputs), FloatBuffer(count: rows * outputs))
      for _ in 0..<50 {
        y.zero()
        try product.run(from: [x.address()], start: start.address(), to: y.address())
      }
      return y.values
    }
    #expect(try product(on: ThreadPool(threads: 2)) == product(on: ThreadPool(threads: 1)))
  }
}

extension DispatchSemaphore {
  fileprivate func pause(milliseconds: Int) {
    _ = wait(timeout: .now() + .milliseconds(milliseconds))
  }
}
