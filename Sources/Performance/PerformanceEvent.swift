/// An event of a performance, as in Performance RNN.
///
/// Source: Oore et al., "This Time with Feeling", arXiv 1808.03715, section 3; note-seq's
/// `performance_lib`.
public enum PerformanceEvent: Hashable, Sendable {
  /// A key is struck; `pitch` is 0…127.
  case noteOn(pitch: UInt8)
  /// A note ends; `pitch` is 0…127.
  case noteOff(pitch: UInt8)
  /// Time advances by `steps` of 10 ms, 1…100.
  case timeShift(steps: Int)
  /// Notes from here on have the velocity of `bin`, 1…32.
  case velocity(bin: Int)
}
