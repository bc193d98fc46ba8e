internal import CALSA
internal import Glibc

/// An error of the ALSA sequencer; `description` is a sentence for the musician.
public enum SequencerError: Error, Hashable {
  /// The sequencer could not be opened; `code` is a negative `errno`, and `deviceIsMissing` is true
  /// if there is no `/dev/snd/seq`.
  case cannotOpen(code: Int32, deviceIsMissing: Bool)

  /// All clients of the sequencer are in use, by the programs `holders`, those with most first.
  case clientsTaken(holders: [String])

  /// All queues, the sequencer's clocks, are in use, by the programs `holders`, those with most first.
  case queuesTaken(holders: [String])

  /// alsa-lib refused `task`, a verb phrase; `code` is a negative `errno`.
  case refused(task: String, code: Int32)

  /// No port matches `name`; `candidates` are the names of all ports.
  case noSuchPort(name: String, candidates: [String])

  /// Several devices match `name`: the `candidates`.
  case ambiguousPort(name: String, candidates: [String])

  /// The port being played to, called `name`, was unplugged or disconnected.
  case portGone(name: String)

  /// This output is playing already.
  case alreadyPlaying
}

extension SequencerError: CustomStringConvertible {
  /// The sentence `cannot <verb phrase>: <cause>`, with a remedy if known.
  public var description: String {
    switch self {
    case .cannotOpen(_, deviceIsMissing: true):
      "cannot open the ALSA sequencer: /dev/snd/seq is missing; try: sudo modprobe snd-seq"
    case .cannotOpen(-EACCES, _):
      "cannot open the ALSA sequencer: no permission for /dev/snd/seq; "
        + "try: sudo usermod -aG audio $USER, then log in again"
    case .cannotOpen(let code, _):
      "cannot open the ALSA sequencer: \(Self.cause(of: code))"
    case .clientsTaken(let holders):
      "cannot open the ALSA sequencer: other programs have taken all of its clients"
        + Self.remedy(holders)
    case .queuesTaken(let holders):
      "cannot create a sequencer queue: other programs have taken all there are"
        + Self.remedy(holders)
    case .refused(let task, let code):
      "cannot \(task): \(Self.cause(of: code))"
    case .noSuchPort(let name, let candidates) where candidates.isEmpty:
      "cannot find a port named \"\(name)\": there are no ports; is the keyboard plugged in?"
    case .noSuchPort(let name, let candidates):
      "cannot find a port named \"\(name)\": there are \(Self.list(candidates))"
    case .ambiguousPort(let name, let candidates):
      "cannot choose a port named \"\(name)\": it may be \(Self.list(candidates))"
    case .portGone(let name):
      "cannot go on playing to \"\(name)\": it was unplugged"
    case .alreadyPlaying:
      "cannot play: this output is playing already"
    }
  }

  private static func cause(of code: Int32) -> String {
    unsafe String(cString: snd_strerror(code))
  }

  /// The advice to end one of the programs.
  private static func remedy(_ holders: [String]) -> String {
    "; end one of them and try again"
      + (holders.isEmpty ? "" : ": \(list(Array(holders.prefix(5))))")
  }

  private static func list(_ names: [String]) -> String {
    names.map { "\"\($0)\"" }.joined(separator: ", ")
  }
}

/// Returns the return code of an alsa-lib call, or throws an error with the attempted task.
///
/// - Parameters:
///   - code: the return code; below 0 it is a negative `errno`.
///   - task: a verb phrase, as in "cannot `task`: …".
/// - Throws: `SequencerError.refused`.
@discardableResult
func check(_ code: Int32, _ task: @autoclosure () -> String) throws(SequencerError) -> Int32 {
  guard code >= 0 else { throw .refused(task: task(), code: code) }
  return code
}
