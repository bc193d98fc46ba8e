import Dispatch
import Foundation

/// Handles signals by a closure, in place of their default action.
public final class Signals {
  private let sources: [any DispatchSourceSignal]
  private let numbers: [Int32]

  /// Calls `handler` for these signals from now on.
  public init(_ numbers: [Int32], _ handler: @escaping @Sendable () -> Void) {
    self.numbers = numbers
    // A queue of its own: on a machine with one processor the global queues have a single thread, which may
    // be the one that waits below.
    let queue = DispatchQueue(label: "signals")
    // Writing to a terminal that was closed must not end the process either.
    signal(SIGPIPE, SIG_IGN)
    sources = numbers.map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler(handler: handler)
      // Wait until the source is registered, since an earlier signal would be lost.
      let listens = DispatchSemaphore(value: 0)
      source.setRegistrationHandler { listens.signal() }
      source.resume()
      listens.wait()
      return source
    }
  }

  /// Restores the signals' default actions.
  public func stop() {
    for (source, number) in zip(sources, numbers) {
      source.cancel()
      signal(number, SIG_DFL)
    }
  }
}
