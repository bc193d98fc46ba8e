public import MIDI

extension Audition {
  /// All that an audition has to show at one moment.
  public struct State: Sendable {
    /// The take that is on, with what stands of what was said of it.
    public var take: TakeLine
    /// Its place in the list, from 1.
    public var place: Int
    /// How many takes the list has.
    public var count: Int
    /// Why it is next.
    public var reason: AuditionOrder.Reason
    /// Nats per event by the model in use; `nil` where nobody asked it.
    public var surprise: Double?
    /// The notes as they are held.
    public var notes: [Note]
    /// From when to when the sustain pedal is down, in nanoseconds.
    public var pedal: [Range<Int64>] = []
    /// The take's length in nanoseconds, 1 or more.
    public var length: Int64
    /// Where it is, in nanoseconds, 0…``length``.
    public var position: Int64 = 0
    /// Whether it sounds.
    public var isPlaying = false
    /// Whether the next take begins by itself at this one's end.
    public var goesOn = false
    /// The phrase that is being marked.
    public var marked: MarkedPhrase?
    /// The phrases that are kept, in nanoseconds; empty when the whole take is kept or none of it.
    public var phrases: [Range<Int64>] = []
    /// Where the sound goes.
    public var sound: Sound
    /// What was done last, or what is wrong.
    public var message: Message?
  }

  /// Where a phrase begins and ends, as far as it is marked.
  public struct MarkedPhrase: Hashable, Sendable {
    /// Nanoseconds into the take.
    public var from: Int64
    /// Nanoseconds into the take; `nil` until it is marked.
    public var to: Int64?
  }

  /// Where the sound of an audition goes.
  public enum Sound: Hashable, Sendable {
    /// To a port of this name, or to the speakers, as they are called.
    case output(name: String)
    /// Nowhere: there is no port and there are no speakers.
    case nowhere
    /// Nowhere any more: what it went to has failed.
    case lost
  }

  /// What there is to say for a while.
  public enum Message: Sendable {
    /// Something was said of the take, or taken back.
    case said(VerdictReport)
    /// There is no next take.
    case lastTake
    /// The phrase's beginning was marked.
    case phraseBegins
    /// The phrase's end was marked.
    case phraseEnds
    /// Beginning and end would be the same moment.
    case phraseIsEmpty
    /// A phrase without an end cannot be kept.
    case phraseHasNoEnd
    /// Nothing that was said in this audition stands.
    case nothingToUndo
    /// What was asked for could not be done.
    case failed(any Error)
    /// The sound has failed, and the take goes on without.
    case soundFailed(any Error)
  }
}
