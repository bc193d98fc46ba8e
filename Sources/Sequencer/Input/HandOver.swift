internal import Dispatch
internal import Synchronization

/// Passes elements from a thread that must not wait on to one that may.
///
/// A lock makes who wants it wait for who has it, even where the one is urgent and the other has lost
/// the processor to a third: so the giving side only tries it, and keeps what it has for the next
/// time when it is taken.
final class HandOver<Element: Sendable>: Sendable {
  private struct Content {
    var elements: [Element] = []
    var hasEnded = false
  }

  private let content = Mutex(Content())
  private let isFilled = DispatchSemaphore(value: 0)

  /// Passes on all of `elements` and empties it, or leaves it as it is: never waits.
  func offer(_ elements: inout [Element]) {
    guard !elements.isEmpty else { return }
    let isTaken = content.withLockIfAvailable { content in
      if content.elements.isEmpty {
        swap(&content.elements, &elements)
      } else {
        content.elements.append(contentsOf: elements)
        elements.removeAll(keepingCapacity: true)
      }
      return true
    }
    if isTaken == true { isFilled.signal() }
  }

  /// Passes on the last elements.
  func end(with elements: [Element]) {
    content.withLock { content in
      content.elements.append(contentsOf: elements)
      content.hasEnded = true
    }
    isFilled.signal()
  }

  /// Calls `body` with one element after the other, waiting for them, until the end.
  func forEach(_ body: (Element) -> Void) {
    var elements: [Element] = []
    var hasEnded = false
    while !hasEnded {
      isFilled.wait()
      content.withLock { content in
        swap(&content.elements, &elements)
        hasEnded = content.hasEnded
      }
      for element in elements { body(element) }
      elements.removeAll(keepingCapacity: true)
    }
  }
}
