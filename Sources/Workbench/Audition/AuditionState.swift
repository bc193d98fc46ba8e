public import MIDI

extension Audition {
  /// All that an audition has to show at one moment.
  public struct State: Sendable {
    /// The current take, with its standing verdict.
    public var take: TakeLine
    /// Its place in the list, from 1.
    public var place: Int
    /// The number of takes in the list.
    public var count: Int
    /// Why the take has this place.
    public var reason: AuditionOrder.Reason
    /// Nats per event by the model in use; `nil` if it was not measured.
    public var surprise: Double?
    /// The notes, as long as their keys are held.
    public var notes: [Note]
    /// The spans in which the sustain pedal is down, in nanoseconds.
    public var pedal: [Range<Int64>] = []
    /// The take's length in nanoseconds, 1 or more.
    public var length: Int64
    /// The playing position in nanoseconds, 0…``length``.
    public var position: Int64 = 0
    /// Whether the take is playing.
    public var isPlaying = false
    /// Whether the next take begins by itself at this one's end.
    public var goesOn = false
    /// The phrase that is being marked.
    public var marked: MarkedPhrase?
    /// The phrases that are kept, in nanoseconds; empty when the whole take is kept or none of it.
    public var phrases: [Range<Int64>] = []
    /// Where the sound goes.
    public var sound: Sound
    /// What was done last, or what went wrong.
    public var message: Message?
  }

  /// The beginning and end of a phrase, as far as they are marked.
  public struct MarkedPhrase: Hashable, Sendable {
    /// Nanoseconds into the take.
    public var from: Int64
    /// Nanoseconds into the take; `nil` until it is marked.
    public var to: Int64?
  }

  /// Where the sound of an audition goes.
  public enum Sound: Hashable, Sendable {
    /// To the port or the speakers of this name.
    case output(name: String)
    /// Nowhere: there is no port and there are no speakers.
    case nowhere
    /// Nowhere any more: the output has failed.
    case lost
  }

  /// A message to the musician, until the next action.
  public enum Message: Sendable {
    /// A verdict was stored or taken back.
    case said(VerdictReport)
    /// There is no next take.
    case lastTake
    /// The phrase's beginning was marked.
    case phraseBegins
    /// The phrase's end was marked.
    case phraseEnds
    /// The phrase's beginning and end would be the same moment.
    case phraseIsEmpty
    /// A phrase without an end cannot be kept.
    case phraseHasNoEnd
    /// No verdict was given in this audition that is not taken back already.
    case nothingToUndo
    /// An action failed.
    case failed(any Error)
    /// The sound has failed, and the take goes on in silence.
    case soundFailed(any Error)
  }
}
