import Foundation
import Library
import MIDI
import Sequencer

/// A recording in progress: what a keyboard plays, going into a project's library.
///
/// ```swift
/// let recording = try project.record(RecordRequest()) { print($0) }
/// Task { await waitForCtrlC(); recording.stop() }
/// print(try await recording.run())
/// ```
public final class Recording: Sendable {
  private let input: SequencerInput
  private let recorder: Recorder
  private let lock: ProjectLock
  private let rescueFolders: [URL]

  init(
    project: Project, request: RecordRequest, report: @escaping @Sendable (RecorderNews) -> Void
  ) throws {
    try request.check()
    lock = try ProjectLock(of: project, for: .recording)
    let library = try TakeLibrary.open(
      at: project.libraryFile, durability: .full, busyTimeoutSeconds: 0.25)
    try library.requireWritable("record into")
    for news in try library.finishBrokenTakes() { report(news) }
    input = try SequencerInput(
      request.ports.isEmpty ? .allHardware : .named(request.ports.map { PortQuery($0) }))
    recorder = Recorder(
      library: library, start: try library.dateInOrder(input.start),
      name: request.ports.isEmpty ? "every keyboard" : request.ports.joined(separator: ", "),
      request: request, report: report)
    rescueFolders = [
      .homeDirectory, .currentDirectory(), FileManager.default.temporaryDirectory,
    ]
  }

  /// Where other programs can connect to: "128:0".
  public var address: String { "\(input.address)" }

  /// Records until ``stop()``.
  ///
  /// - Throws: What the sequencer throws before anything was played.
  public func run() async throws -> RecordReport {
    try await recorder.record(
      input.events, now: { [input] in try input.now() }, rescueFolders: rescueFolders)
  }

  /// Ends the recording; ``run()`` returns when all is stored.
  public func stop() { input.stop() }

  /// Stores what was heard in the last minutes, when it looks back.
  public func keepLookBack() async { await recorder.keepLookBack() }

  /// What to show now.
  public var status: RecorderStatus {
    get async { await recorder.status(now: (try? input.now()) ?? 0) }
  }
}

extension Project {
  /// Opens the sequencer and gets ready to record; takes that a crash has broken off are finished.
  ///
  /// - Parameter report: Hears what there is to say, on any thread.
  /// - Throws: ``WorkbenchError``, `LibraryError`, `SequencerError`.
  public func record(
    _ request: RecordRequest, report: @escaping @Sendable (RecorderNews) -> Void
  ) throws -> Recording {
    try Recording(project: self, request: request, report: report)
  }

  /// Where the takes are.
  var libraryFile: URL { folder.appending(path: TakeLibrary.fileName) }
}

extension TakeLibrary {
  /// Finishes the takes that a crash or a power cut has broken off, and drops those that are empty.
  ///
  /// Only for who holds the project's ``ProjectLock``: a take that is being recorded looks the
  /// same.
  func finishBrokenTakes() throws -> [RecorderNews] {
    try unfinishedTakes().compactMap { take in
      let events: [MIDIEvent]
      do {
        events = try self.events(of: take.number)
      } catch let error as LibraryError {
        // It stays as it is, and is no reason not to record.
        return .unreadable(take: take.number, cause: "\(error)")
      }
      guard let last = events.last else {
        try dropEmptyTake(take.number)
        return nil
      }
      let reading = NoteReading(of: events)
      try finish(take.number, notes: reading.notes, pedalNanoseconds: reading.pedalNanoseconds)
      try add(Mark(kind: .interrupted, nanoseconds: last.nanoseconds), to: take.number)
      return .recovered(
        take: take.number, notes: reading.notes.count, startedAt: take.startedAt)
    }
  }
}
