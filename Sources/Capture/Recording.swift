package import Foundation
package import Library
import MIDI
package import Sequencer

/// A recording in progress, from keyboards into a library.
///
/// ```swift
/// let recording = try Recording(RecordRequest(), into: library, holding: lock) { print($0) }
/// Task { await waitForCtrlC(); recording.stop() }
/// print(try await recording.run())
/// ```
public final class Recording: Sendable {
  private let input: SequencerInput
  private let answers = AsyncStream<RecordedAnswer>.makeStream()
  private let recorder: Recorder
  private let lock: any Sendable
  private let rescueFolders: [URL]

  /// Opens the sequencer and prepares to record; finishes takes that were interrupted by a crash.
  ///
  /// - Parameters:
  ///   - request: What to record from and how.
  ///   - library: The library's file.
  ///   - lock: A lock against a second recording; kept alive as long as this object.
  ///   - isEcho: Whether an event is none of the musician's playing, and is dropped; see `SequencerInput`.
  ///   - listener: Hears each event too, at once; see `SequencerInput`.
  ///   - report: Called with news, on any thread.
  /// - Throws: `WrongValue`, `LibraryError`, `SequencerError`.
  package init(
    _ request: RecordRequest, into library: URL, holding lock: any Sendable,
    dropping isEcho: (@Sendable (StampedEvent) -> Bool)? = nil,
    alsoTo listener: (@Sendable (StampedEvent) -> Void)? = nil,
    report: @escaping @Sendable (RecorderNews) -> Void
  ) throws {
    try request.check()
    self.lock = lock
    let library = try TakeLibrary.open(
      at: library, mustExist: true, durability: .full, busyTimeoutSeconds: 0.25)
    try library.requireWritable("record into")
    for news in try library.finishBrokenTakes() { report(news) }
    input = try SequencerInput(
      request.ports.isEmpty ? .allHardware : .named(request.ports.map { PortQuery($0) }),
      dropping: isEcho, alsoTo: listener)
    if request.ports.isEmpty, input.connectedAtFirst.isEmpty {
      report(.noKeyboard(programs: input.programs.map(\.name)))
    }
    recorder = Recorder(
      library: library, start: try library.dateInOrder(input.start),
      name: request.ports.isEmpty ? "every keyboard" : request.ports.joined(separator: ", "),
      request: request, report: report)
    rescueFolders = [
      .homeDirectory, .currentDirectory(), FileManager.default.temporaryDirectory,
    ]
  }

  /// The address that other programs can connect to: "128:0".
  public var address: String { "\(input.address)" }

  /// Records until ``stop()``.
  ///
  /// - Throws: An error of the sequencer, if nothing was played before it.
  public func run() async throws -> RecordReport {
    let answering = Task { [answers, recorder] in
      for await answer in answers.stream { await recorder.receive(answer) }
    }
    defer { answering.cancel() }
    return try await recorder.record(
      input.events, now: { [input] in try input.now() }, rescueFolders: rescueFolders
    ) { [answers] in
      answers.continuation.finish()
      await answering.value
    }
  }

  /// Records what a model plays beside, in the same session.
  package func record(_ answer: RecordedAnswer) { answers.continuation.yield(answer) }

  /// The input, for others that need its clock.
  package var clock: SequencerInput { input }

  /// Ends the recording; ``run()`` returns when everything is stored.
  public func stop() { input.stop() }

  /// In look-back mode, stores what was played in the last minutes.
  public func keepLookBack() async { await recorder.keepLookBack() }

  /// The current status.
  public var status: RecorderStatus {
    get async { await recorder.status(now: (try? input.now()) ?? 0) }
  }
}

extension TakeLibrary {
  /// Finishes the takes that were interrupted by a crash or a power cut, and drops those that are empty.
  ///
  /// The caller must prevent recordings meanwhile: a take that is being recorded looks the same.
  ///
  /// - Throws: `LibraryError`.
  package func finishBrokenTakes() throws -> [RecorderNews] {
    try unfinishedTakes().compactMap { take in
      let events: [MIDIEvent]
      do {
        events = try self.events(of: take.number)
      } catch let error as LibraryError {
        // Leave it as it is; it need not prevent recording.
        return .unreadable(take: take.number, cause: "\(error)")
      }
      guard let last = events.last else {
        try dropEmptyTake(take.number)
        return nil
      }
      let notes = try finishRecorded(take.number, isBrokenOff: true)
      let end = max(last.nanoseconds, take.nanoseconds)
      try add(Mark(kind: .interrupted, nanoseconds: end), to: take.number)
      return .recovered(
        take: take.number, notes: notes, startedAt: take.startedAt)
    }
  }
}
