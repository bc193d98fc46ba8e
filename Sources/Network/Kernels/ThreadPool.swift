import CSIMD
import Foundation
import Synchronization

/// A thread pool for work of some tens of microseconds at a time, too short for threads to be woken for each.
///
/// Between two pieces of work the threads spin for about as long as it takes to draw an event, and sleep
/// after that. Nothing waits for a thread that has not begun a part: where another program occupies the
/// second processor, the first does all the work.
///
/// Each thread takes the same parts first each time, so that the data of a part stays
/// in its processor's cache.
final class ThreadPool: Sendable {
  /// The state that the threads share.
  private final class Shared: Sendable {
    let threads: Int
    /// A count of calls in the upper 16 bits, and below a bit for each part that is not taken yet.
    let ticket = Atomic<UInt64>(0)
    /// How many parts are done.
    let done = Atomic<Int>(0)
    /// How many parts the current work has.
    let parts = Atomic<Int>(1)
    let sleepers = Atomic<Int>(0)
    let ends = Atomic<Bool>(false)
    let wake = DispatchSemaphore(value: 0)
    let failure = Mutex<(any Error)?>(nil)
    /// Does a part. Read only by a thread that has taken a part, and `share` waits for those.
    nonisolated(unsafe) var work: ((Int) throws -> Void)?

    init(threads: Int) { self.threads = threads }

    /// Does one part if one is left, and returns whether there was one.
    func takePart(_ thread: Int) -> Bool {
      let now = ticket.load(ordering: .acquiring)
      let left = now & ThreadPool.allParts
      guard left > 0 else { return false }
      let own = parts.load(ordering: .relaxed) * thread / threads
      let later = left & ~(1 << UInt64(own) - 1)
      let part = (later > 0 ? later : left).trailingZeroBitCount
      let (isMine, _) = ticket.compareExchange(
        expected: now, desired: now & ~(1 << UInt64(part)), ordering: .acquiringAndReleasing)
      guard isMine else { return true }
      do {
        try unsafe work?(part)
      } catch {
        failure.withLock { $0 = error }
      }
      done.add(1, ordering: .releasing)
      return true
    }

    /// Does parts until the pool ends.
    func run(_ thread: Int) {
      Engine.useOneThread()
      var idle = 0
      while !ends.load(ordering: .relaxed) {
        if takePart(thread) {
          idle = 0
          continue
        }
        idle += 1
        woodshed_pause()
        guard idle > ThreadPool.patience else { continue }
        sleepers.add(1, ordering: .sequentiallyConsistent)
        // Check again: work that came before `sleepers` grew would not wake this thread.
        if ticket.load(ordering: .sequentiallyConsistent) & ThreadPool.allParts == 0,
          !ends.load(ordering: .sequentiallyConsistent)
        {
          wake.wait()
        }
        sleepers.subtract(1, ordering: .sequentiallyConsistent)
        idle = 0
      }
    }
  }

  /// The most parts that work may have.
  static let mostParts = 48
  private static let allParts: UInt64 = 1 << UInt64(mostParts) - 1
  /// Spins without work before a thread sleeps, some 40 ns each.
  private static let patience = 5000
  /// Spins for the last part to end before its thread counts as late.
  private static let lateness = 2500

  private let shared: Shared
  /// Pieces of work left to do on the calling thread alone, because others were late too often, and how many
  /// it will be the next time.
  private let soloCallsLeft = Atomic<Int>(0)
  private let nextSoloCalls = Atomic<Int>(500)
  /// Microseconds lost by waiting for late threads, less those gained by sharing; 0 or more.
  private let loss = Atomic<Int>(0)
  private static let mostLoss = 8000
  /// The microseconds that sharing a piece of work is taken to gain.
  private static let gain = 10

  /// The processors that this process may use, up to 4.
  static let mostUsable = min(4, Processors.usable)

  /// The number of threads, including the calling one.
  var threads: Int { shared.threads }

  /// - Parameter threads: The number of threads including the calling one, 1 or more.
  init(threads: Int = mostUsable) {
    let shared = Shared(threads: max(1, threads))
    self.shared = shared
    for index in 1..<shared.threads {
      let thread = Thread { shared.run(index) }
      thread.name = "team"
      thread.start()
    }
  }

  deinit {
    shared.ends.store(true, ordering: .sequentiallyConsistent)
    for _ in 1..<shared.threads { shared.wake.signal() }
  }

  /// Does `work` once for each of `0..<parts` and returns when all are done; to be called from one thread at
  /// a time.
  ///
  /// - Parameters:
  ///   - parts: 1 to ``mostParts``.
  ///   - isLong: Whether a part takes milliseconds rather than microseconds, so that waiting for another
  ///     thread does not mean that it is late.
  /// - Throws: An error of one of the parts, once all have ended.
  func share(_ parts: Int, isLong: Bool = false, _ work: (Int) throws -> Void) throws {
    let alone = soloCallsLeft.load(ordering: .relaxed)
    guard parts > 1, threads > 1, isLong || alone == 0 else {
      if alone > 0 { soloCallsLeft.store(alone - 1, ordering: .relaxed) }
      for part in 0..<parts { try work(part) }
      return
    }
    let late = withoutActuallyEscaping(work) { handOut(parts, $0) }
    if let error = shared.failure.withLock({ $0.take() }) { throw error }
    if !isLong { backOffIfSlow(late) }
  }

  /// Keeps the next pieces of work on the calling thread if waiting has cost more than sharing gained.
  private func backOffIfSlow(_ late: Duration) {
    let before = loss.load(ordering: .relaxed)
    let now = max(0, before - Self.gain) + Int(late / .microseconds(1))
    loss.store(now, ordering: .relaxed)
    if now > Self.mostLoss {
      let next = nextSoloCalls.load(ordering: .relaxed)
      soloCallsLeft.store(next, ordering: .relaxed)
      nextSoloCalls.store(min(16_000, 2 * next), ordering: .relaxed)
      loss.store(0, ordering: .relaxed)
    } else if now == 0, before > 0 {
      nextSoloCalls.store(500, ordering: .relaxed)
    }
  }

  /// Does all parts with the other threads; returns how long it waited for late ones.
  private func handOut(_ parts: Int, _ work: @escaping (Int) throws -> Void) -> Duration {
    let shared = shared
    unsafe shared.work = work
    shared.done.store(0, ordering: .relaxed)
    shared.parts.store(parts, ordering: .relaxed)
    let bits = UInt64(Self.mostParts)
    let turn = (shared.ticket.load(ordering: .relaxed) >> bits &+ 1) << bits
    shared.ticket.store(turn | (1 << UInt64(parts) - 1), ordering: .sequentiallyConsistent)
    let sleepers = shared.sleepers.load(ordering: .sequentiallyConsistent)
    for _ in 0..<min(sleepers, parts - 1) { shared.wake.signal() }
    while shared.takePart(0) {}
    var looks = 0
    var start: ContinuousClock.Instant?
    while shared.done.load(ordering: .acquiring) < parts {
      looks += 1
      guard looks >= Self.lateness else {
        woodshed_pause()
        continue
      }
      if start == nil { start = .now }
      sched_yield()
    }
    unsafe shared.work = nil
    return start.map { .now - $0 } ?? .zero
  }

  /// Runs `body` over `0..<count` in as many parts as there are threads; without splitting if the work is
  /// short and `count` is small.
  func inParts(
    _ count: Int, isLong: Bool = true, _ body: (Range<Int>) throws -> Void
  ) throws {
    guard count > 0 else { return }
    let parts = isLong || count >= Self.fewest ? min(threads, count) : 1
    try share(parts, isLong: isLong) { part in
      try body((count * part / parts)..<(count * (part + 1) / parts))
    }
  }

  private static let fewest = 8
}
