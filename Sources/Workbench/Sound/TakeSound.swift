import Library
import Synth

/// The sound of a take from a moment on: a WAV file that is made while it is read.
public struct TakeSound: Sendable {
  /// The length of the whole file in bytes.
  public let bytes: Int
  private let stream: SoundStream

  fileprivate init(_ stream: SoundStream) {
    self.stream = stream
    bytes = stream.bytes
  }

  /// The next bytes of the file; `nil` after the last.
  public func next() async -> [UInt8]? { await stream.next() }
}

extension Project {
  /// The sound of a take from a moment on, in seconds since it began, with what sounds there already.
  ///
  /// - Throws: ``WorkbenchError``, `WrongValue`, `LibraryError`, `SynthError`.
  public func sound(
    of name: TakeName, from seconds: Double = 0, _ request: SoundRequest = SoundRequest()
  ) throws -> TakeSound {
    let sound = try request.sound()
    let take = try summary(of: name)
    let start = try TakePart(from: seconds).range(in: take, doing: "play").lowerBound
    let events = try library.events(of: take.number)
    guard !events.isEmpty else { throw WorkbenchError.nothingToPlay() }
    return TakeSound(
      try SoundStream(events, from: start, soundFont: request.findSoundFont(), sound: sound))
  }
}
