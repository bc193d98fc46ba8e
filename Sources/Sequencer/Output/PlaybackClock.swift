/// Where in a take the sequencer's queue is: queue time and take time, in nanoseconds both.
struct PlaybackClock: Hashable, Sendable {
  /// A moment at which both times are known.
  private let queueAnchor: Int64
  private let takeAnchor: Int64

  /// Take seconds a second, above 0: 2 is twice as fast.
  let tempo: Double

  /// A clock that is at `position` in the take when the queue is at `queueTime`.
  init(queueTime: Int64, position: Int64, tempo: Double) {
    precondition(tempo > 0, "no take can be played at tempo \(tempo)")
    queueAnchor = queueTime
    takeAnchor = position
    self.tempo = tempo
  }

  /// When in queue time `take` is reached, never below 0.
  func queueTime(of take: Int64) -> Int64 {
    let distance = take - takeAnchor
    // Without a detour through Double, which has 53 bits, where none is needed.
    let scaled = tempo == 1 ? distance : Int64((Double(distance) / tempo).rounded())
    return max(0, queueAnchor + scaled)
  }

  /// Where in the take queue time `queue` is.
  func position(at queue: Int64) -> Int64 {
    let distance = queue - queueAnchor
    return takeAnchor + (tempo == 1 ? distance : Int64((Double(distance) * tempo).rounded()))
  }
}
