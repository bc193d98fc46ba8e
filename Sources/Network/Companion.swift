import CSIMD
import Foundation
import Synchronization

/// A second thread that takes a part of work of some tens of microseconds, again and again: too short
/// for a thread to be woken for each.
///
/// Between two pieces of work it looks for the next one without sleeping, for as long as it takes to
/// draw an event, and sleeps after that. Nothing waits for it that it has not begun: where another
/// program has the second processor, the work is done on the first.
final class Companion: Sendable {
  /// What the two threads have in common.
  private final class Shared: Sendable {
    /// How often there was work, times 2¹⁶, and the parts that nobody has taken yet.
    let ticket = Atomic<UInt64>(0)
    /// Parts that are done.
    let done = Atomic<Int>(0)
    let sleeps = Atomic<Bool>(false)
    let ends = Atomic<Bool>(false)
    let wake = DispatchSemaphore(value: 0)
    /// Does a part; read only by whoever has taken one, for whom `share` waits.
    nonisolated(unsafe) var work: ((Int) -> Void)?

    /// Does one part, if one is left.
    func takePart() -> Bool {
      let now = ticket.load(ordering: .acquiring)
      guard now & 0xFFFF > 0 else { return false }
      let (isMine, _) = ticket.compareExchange(
        expected: now, desired: now - 1, ordering: .acquiringAndReleasing)
      guard isMine else { return true }
      unsafe work?(Int(now & 0xFFFF) - 1)
      done.add(1, ordering: .releasing)
      return true
    }

    /// Takes parts until it ends.
    func run() {
      var idle = 0
      while !ends.load(ordering: .relaxed) {
        if takePart() {
          idle = 0
          continue
        }
        idle += 1
        woodshed_pause()
        guard idle > Companion.patience else { continue }
        sleeps.store(true, ordering: .sequentiallyConsistent)
        // Work that came before it was said to sleep would not wake it.
        if ticket.load(ordering: .sequentiallyConsistent) & 0xFFFF == 0 { wake.wait() }
        sleeps.store(false, ordering: .relaxed)
        idle = 0
      }
    }
  }

  /// Looks for work before it sleeps, some 40 ns each.
  private static let patience = 5000
  /// Looks for the end of the last part before it counts as late.
  private static let lateness = 2500

  private let shared = Shared()
  /// Pieces of work to do alone, since the other thread was late, and how many it will be next time.
  private let rest = Atomic<Int>(0)
  private let nextRest = Atomic<Int>(500)

  /// Whether there is a processor for it.
  static var isUseful: Bool { ProcessInfo.processInfo.activeProcessorCount > 1 }

  init() {
    let shared = shared
    let thread = Thread { shared.run() }
    thread.name = "companion"
    thread.start()
  }

  deinit {
    shared.ends.store(true, ordering: .relaxed)
    shared.wake.signal()
  }

  /// Does `work` for each of `0..<parts`, each once, and returns when all are done; from one thread at
  /// a time.
  ///
  /// - Parameter parts: 1 to 1000.
  func share(_ parts: Int, _ work: (Int) -> Void) {
    let alone = rest.load(ordering: .relaxed)
    guard alone == 0 else {
      rest.store(alone - 1, ordering: .relaxed)
      for part in 0..<parts { work(part) }
      return
    }
    withoutActuallyEscaping(work) { work in
      let shared = shared
      unsafe shared.work = work
      shared.done.store(0, ordering: .relaxed)
      let turn = (shared.ticket.load(ordering: .relaxed) >> 16 &+ 1) << 16
      shared.ticket.store(turn | UInt64(parts), ordering: .sequentiallyConsistent)
      if shared.sleeps.load(ordering: .sequentiallyConsistent) { shared.wake.signal() }
      while shared.takePart() {}
      var looks = 0
      while shared.done.load(ordering: .acquiring) < parts {
        looks += 1
        if looks < Self.lateness { woodshed_pause() } else { sched_yield() }
      }
      unsafe shared.work = nil
      if looks >= Self.lateness {
        let next = nextRest.load(ordering: .relaxed)
        rest.store(next, ordering: .relaxed)
        nextRest.store(min(16_000, 2 * next), ordering: .relaxed)
      } else if looks < Self.lateness / 10 {
        nextRest.store(500, ordering: .relaxed)
      }
    }
  }
}
