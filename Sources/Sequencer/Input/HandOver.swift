internal import Dispatch
internal import Synchronization

/// Passes elements from a thread that must not block to one that may.
///
/// To avoid priority inversion, the producer only tries to take the lock, and keeps its elements for the next
/// time when the lock is held.
final class HandOver<Element: Sendable>: Sendable {
  private struct Content {
    var elements: [Element] = []
    var hasEnded = false
  }

  private let content = Mutex(Content())
  private let isFilled = DispatchSemaphore(value: 0)

  /// Passes on all of `elements` and empties it, or leaves it unchanged if the lock is held; never blocks.
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
