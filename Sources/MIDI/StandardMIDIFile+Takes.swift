extension StandardMIDIFile {
  /// A performance in a file.
  public struct Take: Sendable {
    /// The first non-empty name of its tracks.
    public var name: String?
    /// The first text events of its tracks.
    public var texts: [String]
    /// Its messages in order of time; those at the same time in the order of the file.
    public var events: [MIDIEvent]
  }

  /// The takes of the file: all tracks together, or in format 2 each track on its own.
  public var takes: [Take] {
    (format == 2 ? tracks.map { [$0] } : [tracks]).filter { !$0.allSatisfy(\.events.isEmpty) }
      .map(take)
  }

  private func take(of tracks: [Track]) -> Take {
    var clock = TickClock(division: division, tempos: tracks.flatMap(\.tempos))
    return Take(
      name: tracks.compactMap(\.name).first { !$0.isEmpty },
      texts: tracks.flatMap(\.texts),
      events: Self.merged(tracks.map(\.events)[...]).map {
        MIDIEvent(nanoseconds: clock.nanoseconds(atTick: $0.tick), message: $0.message)
      })
  }

  /// Merges the events of tracks in order of tick and, at the same tick, of track.
  private static func merged(_ tracks: ArraySlice<[Track.Event]>) -> [Track.Event] {
    guard tracks.count > 1 else { return tracks.first ?? [] }
    let middle = tracks.startIndex + tracks.count / 2
    let early = merged(tracks[..<middle])
    let late = merged(tracks[middle...])
    if early.isEmpty { return late }
    if late.isEmpty { return early }
    var events: [Track.Event] = []
    events.reserveCapacity(early.count + late.count)
    var next = 0
    for event in early {
      while next < late.count, late[next].tick < event.tick {
        events.append(late[next])
        next += 1
      }
      events.append(event)
    }
    return events + late[next...]
  }
}

/// Converts ticks to nanoseconds by a tempo map.
///
/// Seconds are computed with the same operations as pretty_midi's `_update_tick_to_time`, because the last
/// bit of a time halfway between two steps of 10 ms decides how it is rounded: 25 ms becomes step 2 or 3.
struct TickClock {
  private struct Segment {
    var tick: Int
    var seconds: Double
    var secondsPerTick: Double
  }

  private var segments: [Segment] = []
  private var current = 0
  private var last: (tick: Int, nanoseconds: Int64) = (-1, 0)

  /// A clock for a division and a tempo map.
  ///
  /// - Parameter tempos: In any order; of several at one tick the last counts.
  init(division: StandardMIDIFile.Division, tempos: [StandardMIDIFile.Track.Tempo]) {
    switch division {
    case .ticksPerFrame(let ticks, let secondsPerFrame):
      segments = [Segment(tick: 0, seconds: 0, secondsPerTick: secondsPerFrame / Double(ticks))]
    case .ticksPerQuarter(let ticks):
      let resolution = Double(ticks)
      segments = [Segment(tick: 0, seconds: 0, secondsPerTick: 60 / (120 * resolution))]
      let ordered = tempos.indices.sorted {
        (tempos[$0].tick, $0) < (tempos[$1].tick, $1)
      }.map { tempos[$0] }
      for tempo in ordered {
        let beatsPerMinute = 6e7 / Double(tempo.microsecondsPerQuarter)
        let secondsPerTick = 60 / (beatsPerMinute * resolution)
        let previous = segments[segments.count - 1]
        guard tempo.tick > 0 else {
          segments = [Segment(tick: 0, seconds: 0, secondsPerTick: secondsPerTick)]
          continue
        }
        guard secondsPerTick != previous.secondsPerTick else { continue }
        let seconds =
          previous.seconds + previous.secondsPerTick * Double(tempo.tick - previous.tick)
        segments.append(
          Segment(tick: tempo.tick, seconds: seconds, secondsPerTick: secondsPerTick))
      }
    }
  }

  /// The latest time, in seconds: eleven days and a half. Broken files may claim more, which would cost
  /// memory for tokens.
  private static let longest = 1e6

  /// The time of a tick; fastest when called in ascending order.
  mutating func nanoseconds(atTick tick: Int) -> Int64 {
    if tick == last.tick { return last.nanoseconds }
    if segments[current].tick > tick { current = 0 }
    while current + 1 < segments.count, segments[current + 1].tick <= tick { current += 1 }
    let segment = segments[current]
    let seconds = segment.seconds + segment.secondsPerTick * Double(tick - segment.tick)
    last = (tick, Self.nanoseconds(ofSeconds: seconds))
    return last.nanoseconds
  }

  /// Rounds seconds to nanoseconds, such that they fall on the same step of 10 ms as by note-seq's
  /// `quantize_to_step`.
  static func nanoseconds(ofSeconds seconds: Double) -> Int64 {
    let bounded = min(max(0, seconds), longest)
    let nanoseconds = Int64((bounded * 1e9).rounded())
    let step = Int64(bounded * 100 + 0.5)
    let lowest = step * 10_000_000 - 5_000_000
    return min(max(nanoseconds, lowest), lowest + 9_999_999)
  }
}

extension StandardMIDIFile {
  /// The tempo in quarters a minute at a time of the file's first take, 120 where none is written; `nil` where
  /// ticks are frames.
  public func beatsPerMinute(atNanosecond nanoseconds: Int64) -> Double? {
    guard case .ticksPerQuarter = division else { return nil }
    let tempos = (format == 2 ? tracks.prefix(1) : tracks[...]).flatMap(\.tempos)
    var clock = TickClock(division: division, tempos: tempos)
    let past = tempos.filter { clock.nanoseconds(atTick: $0.tick) <= nanoseconds }
    // Of several at one tick the last counts.
    let last = past.indices.max { (past[$0].tick, $0) < (past[$1].tick, $1) }
    return last.map { 6e7 / Double(past[$0].microsecondsPerQuarter) } ?? 120
  }
}
