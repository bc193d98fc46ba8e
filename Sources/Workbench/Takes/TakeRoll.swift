import Library
import MIDI

/// What a piano roll of a take shows; all times in seconds since the take began.
public struct TakeRoll: Codable, Sendable {
  /// The take's number.
  public var take: Int64
  /// How long it is.
  public var seconds: Double
  /// Its notes, as long as their keys are held, in the order in which they begin.
  public var notes: [KeyedNote]
  /// Where the sustain pedal is down.
  public var pedal: [TakeDetail.Phrase]
  /// The phrases that are kept, when it is not kept whole.
  public var phrases: [TakeDetail.Phrase]

  /// A note, as a list of four numbers in JSON: `[from, to, pitch, velocity]`.
  public struct KeyedNote: Codable, Hashable, Sendable {
    /// When its key was struck.
    public var from: Double
    /// When its key was released.
    public var to: Double
    /// The key, 0…127; 60 is middle C.
    public var pitch: UInt8
    /// How hard it was struck, 1…127.
    public var velocity: UInt8

    init(_ note: Note) {
      from = TakeRoll.seconds(note.start)
      to = TakeRoll.seconds(note.end)
      pitch = note.pitch
      velocity = note.velocity
    }

    /// Reads a list of four numbers.
    public init(from decoder: any Decoder) throws {
      var list = try decoder.unkeyedContainer()
      from = try list.decode(Double.self)
      to = try list.decode(Double.self)
      pitch = try list.decode(UInt8.self)
      velocity = try list.decode(UInt8.self)
    }

    /// Writes a list of four numbers.
    public func encode(to encoder: any Encoder) throws {
      var list = encoder.unkeyedContainer()
      try list.encode(from)
      try list.encode(to)
      try list.encode(pitch)
      try list.encode(velocity)
    }
  }

  /// Whole milliseconds, which no picture can tell from nanoseconds, so that a roll is short as text.
  fileprivate static func seconds(_ nanoseconds: Int64) -> Double {
    (Double(nanoseconds) / 1e6).rounded() / 1e3
  }
}

extension Project {
  /// What a piano roll of a take shows.
  ///
  /// - Throws: ``WorkbenchError/noSuchTake(number:)``, `LibraryError`.
  public func roll(of name: TakeName) throws -> TakeRoll {
    let take = try summary(of: name)
    let reading = NoteReading(of: try library.events(of: take.number))
    func spans(_ ranges: [Range<Int64>]) -> [TakeDetail.Phrase] {
      ranges.map {
        .init(from: TakeRoll.seconds($0.lowerBound), to: TakeRoll.seconds($0.upperBound))
      }
    }
    return TakeRoll(
      take: take.number, seconds: Double(take.nanoseconds) / 1e9,
      notes: reading.notes.map(TakeRoll.KeyedNote.init), pedal: spans(reading.pedalSpans),
      phrases: spans(try library.standingVerdict(of: take.number).phrases))
  }
}
