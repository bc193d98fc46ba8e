/// Converts between the time of the sequencer's queue and that of a take, both in nanoseconds.
struct PlaybackClock: Hashable, Sendable {
  /// A pair of corresponding times.
  private let queueAnchor: Int64
  private let takeAnchor: Int64

  /// Seconds of the take per second, above 0: 2 is twice as fast.
  let tempo: Double

  /// A clock at `position` in the take when the queue is at `queueTime`.
  init(queueTime: Int64, position: Int64, tempo: Double) {
    precondition(tempo > 0, "no take can be played at tempo \(tempo)")
    queueAnchor = queueTime
    takeAnchor = position
    self.tempo = tempo
  }

  /// The queue time at which `take` is reached, never below 0.
  func queueTime(of take: Int64) -> Int64 {
    let distance = take - takeAnchor
    // At tempo 1 avoid Double, which has only 53 bits.
    let scaled = tempo == 1 ? distance : Int64((Double(distance) / tempo).rounded())
    return max(0, queueAnchor + scaled)
  }

  /// The position in the take at queue time `queue`.
  func position(at queue: Int64) -> Int64 {
    let distance = queue - queueAnchor
    return takeAnchor + (tempo == 1 ? distance : Int64((Double(distance) * tempo).rounded()))
  }
}
