import Synchronization

/// So many places for what stays open; a place is free again as soon as nothing holds it.
final class Places: Sendable {
  /// A place that is taken.
  final class Place: Sendable {
    private let places: Places
    fileprivate init(_ places: Places) { self.places = places }
    deinit { places.taken.withLock { $0 -= 1 } }
  }

  private let what: String
  private let most: Int
  private let taken = Mutex(0)

  /// Places for at most this many.
  init(for what: String, most: Int) {
    self.what = what
    self.most = most
  }

  /// Takes a place.
  ///
  /// - Throws: ``StudioError/tooMany(what:most:)``.
  func take() throws(StudioError) -> Place {
    let isFree = taken.withLock { taken in
      guard taken < most else { return false }
      taken += 1
      return true
    }
    guard isFree else { throw .tooMany(what: what, most: most) }
    return Place(self)
  }
}
