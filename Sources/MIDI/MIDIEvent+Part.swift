extension [MIDIEvent] {
  /// A part of a take, as a take of its own that begins at 0.
  ///
  /// The programs, controllers and pedals that are in force where it begins are in force from its beginning,
  /// and the keys that are down there are struck there; what is held where it ends is let go.
  ///
  /// - Parameters:
  ///   - start: Where it begins, in nanoseconds; what happens then is in it.
  ///   - end: Where it ends, in nanoseconds; what happens then is not in it. `nil` for the end of the take,
  ///     which stays as it is.
  public func part(from start: Int64 = 0, until end: Int64? = nil) -> [MIDIEvent] {
    let first = firstIndex { $0.nanoseconds >= start } ?? endIndex
    let last =
      end.flatMap { end in self[first...].firstIndex { $0.nanoseconds >= end } } ?? endIndex
    var state = KeyboardState(after: self[..<first].lazy.map(\.message))
    // A key that is struck or let go at the cut is not held over it.
    let moved = Set(
      self[first..<last].prefix { $0.nanoseconds == start }.compactMap(\.message.key))
    let held = state.strokes.filter { $0.key.map { !moved.contains($0) } ?? true }
    let head = (start > 0 ? state.settingMessages + held : []).map {
      MIDIEvent(nanoseconds: 0, message: $0)
    }
    let body = Array(self[first..<last]).later(by: -start)
    guard let end else { return head + body }
    for event in self[first..<last] { state.take(event.message) }
    return head + body
      + state.release.map { MIDIEvent(nanoseconds: Swift.max(0, end - start), message: $0) }
  }

  /// The same, all later by `nanoseconds`.
  public func later(by nanoseconds: Int64) -> [MIDIEvent] {
    map { MIDIEvent(nanoseconds: $0.nanoseconds + nanoseconds, message: $0.message) }
  }
}

extension MIDIMessage {
  /// The key that it strikes or lets go, with its channel: `channel << 7 | pitch`.
  fileprivate var key: UInt16? {
    guard case .channel(let status, let pitch, _) = self, isNoteOn || isNoteOff else { return nil }
    return UInt16(status & 0x0F) << 7 | UInt16(pitch)
  }
}
