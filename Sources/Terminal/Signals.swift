import Dispatch
import Foundation

/// Runs something when the process is asked to end, in place of ending.
public final class Signals {
  private let sources: [any DispatchSourceSignal]
  private let numbers: [Int32]

  /// Hands the signals of these numbers to `handler` from now on.
  public init(_ numbers: [Int32], _ handler: @escaping @Sendable () -> Void) {
    self.numbers = numbers
    // A queue of its own, which has a thread whenever it needs one: on a machine with one processor the
    // shared ones have a single thread, and that may be the one that waits below.
    let queue = DispatchQueue(label: "signals")
    // Writing to a terminal that was closed must not end the process either.
    signal(SIGPIPE, SIG_IGN)
    sources = numbers.map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler(handler: handler)
      // A signal that came before the source listens would be lost.
      let listens = DispatchSemaphore(value: 0)
      source.setRegistrationHandler { listens.signal() }
      source.resume()
      listens.wait()
      return source
    }
  }

  /// Gives the signals back their own meaning.
  public func stop() {
    for (source, number) in zip(sources, numbers) {
      source.cancel()
      signal(number, SIG_DFL)
    }
  }
}
