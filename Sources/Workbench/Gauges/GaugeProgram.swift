import Disk
import Foundation
import Glibc
import Synchronization

/// A program of the musician's that says how much of something music has.
///
/// It is started once, in the current folder and with the musician's rights, reads a line of JSON for each piece
/// of music and answers each with a line: a number, or `{"id":7,"score":0.31}`. Lines are written while
/// answers are read, so that a program may answer at once or at the end of a batch, however long that is. It is
/// ended, with all that it has started, when it is no longer needed or does not answer.
final class GaugeProgram: Sendable {
  /// The cause of a program's failing, that completes "cannot use the gauge …:".
  struct Failure: Error, Hashable {
    var cause: String
  }

  /// How long a batch may take, in seconds.
  static let secondsABatch = 2.0
  /// How much longer for every note of it.
  private static let secondsANote = 1e-4
  /// How much longer the first batch may take, since a language has to start.
  static let secondsToStart = 10.0
  /// The most music and notes that are asked about at once.
  private static let mostLines = 32
  private static let mostNotes = 20_000
  /// The most bytes that are kept of what it answers and of what it complains.
  private static let longestAnswer = 1 << 20
  private static let longestComplaint = 4096

  /// What has come from the program.
  private struct Heard {
    var answer: [UInt8] = []
    var complaint: [UInt8] = []
    var hasClosed = false
    var hasClosedErrors = false
    /// Whether it no longer reads.
    var cannotWrite = false
  }

  private let heard = Mutex(Heard())
  /// Signalled when something has come.
  private let news = DispatchSemaphore(value: 0)
  private let process: Process
  private let input: FileHandle
  private let channels: [DispatchIO]
  private let writing = DispatchQueue(label: "gauge input")
  private let seconds: Double
  private let asked = Mutex(0)
  private let isEnded = Mutex(false)

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - words: The program's absolute path and its arguments.
  ///   - seconds: How long a batch may take.
  /// - Throws: ``Failure``.
  init(_ words: [String], secondsABatch seconds: Double = secondsABatch) throws {
    self.seconds = seconds
    // A program that has ended must not end this one.
    signal(SIGPIPE, SIG_IGN)
    process = Process()
    process.executableURL = URL(filePath: words[0])
    process.arguments = Array(words.dropFirst())
    let (input, output, errors) = (Pipe(), Pipe(), Pipe())
    (process.standardInput, process.standardOutput, process.standardError) = (input, output, errors)
    self.input = input.fileHandleForWriting
    do {
      try process.run()
    } catch {
      throw Failure(
        cause:
          "the system cannot run it; does its first line say by what, as #!/usr/bin/env python3 does?"
      )
    }
    let queue = DispatchQueue(label: "gauge output")
    channels = [output, errors].map { pipe in
      // The pipe's own handle closes it.
      let handle = pipe.fileHandleForReading
      let channel = DispatchIO(
        type: .stream, fileDescriptor: handle.fileDescriptor, queue: queue,
        cleanupHandler: { _ in try? handle.close() })
      channel.setLimit(lowWater: 1)
      return channel
    }
    for (index, channel) in channels.enumerated() {
      channel.read(offset: 0, length: Int.max, queue: queue) { [weak self] done, data, _ in
        self?.hear(data.map { Array($0) } ?? [], isDone: done, isComplaint: index == 1)
      }
    }
  }

  deinit { end() }

  private func hear(_ bytes: [UInt8], isDone: Bool, isComplaint: Bool) {
    heard.withLock { heard in
      if isComplaint {
        heard.complaint = Array((heard.complaint + bytes).suffix(Self.longestComplaint))
        if isDone { heard.hasClosedErrors = true }
      } else {
        // Of a program that never stops, no more than is needed to say so.
        if heard.answer.count < 2 * Self.longestAnswer { heard.answer += bytes }
        if isDone { heard.hasClosed = true }
      }
    }
    news.signal()
  }

  // MARK: - Ask

  /// The numbers that the program gives for music, in its order.
  ///
  /// - Throws: ``Failure``; the program is ended then.
  func values(of music: [GaugedMusic]) throws -> [Double] {
    var values: [Double] = []
    var batch: [GaugedMusic] = []
    var notes = 0
    for one in music {
      if !batch.isEmpty,
        batch.count == Self.mostLines || notes + one.notes.count > Self.mostNotes
      {
        values += try answers(to: batch)
        (batch, notes) = ([], 0)
      }
      batch.append(one)
      notes += one.notes.count
    }
    return batch.isEmpty ? values : try values + answers(to: batch)
  }

  private func answers(to batch: [GaugedMusic]) throws -> [Double] {
    let first = asked.withLock { asked in
      defer { asked += batch.count }
      return asked
    }
    do {
      guard heard.withLock(\.answer.isEmpty) else {
        throw Failure(cause: "it answered more than it was asked" + quoted(firstLine))
      }
      var lines: [UInt8] = []
      for (index, music) in batch.enumerated() { lines += music.jsonLine(id: first + index) }
      let notes = batch.reduce(0) { $0 + $1.notes.count }
      let limit = seconds + Self.secondsANote * Double(notes)
      let end =
        ContinuousClock.now + .seconds(limit) + .seconds(first == 0 ? Self.secondsToStart : 0)
      write(lines)
      return try batch.indices.map { index in
        let line = try nextLine(
          before: end, of: batch.count, at: index, limit: first == 0 ? nil : limit)
        return try Self.number(in: line, id: first + index)
      }
    } catch {
      end()
      throw error
    }
  }

  private func write(_ bytes: [UInt8]) {
    let (input, data) = (input, Data(bytes))
    writing.async { [weak self] in
      do {
        try input.write(contentsOf: data)
      } catch {
        self?.heard.withLock { $0.cannotWrite = true }
        self?.news.signal()
      }
    }
  }

  /// The next line that it answers.
  private func nextLine(
    before end: ContinuousClock.Instant, of count: Int, at index: Int, limit: Double?
  ) throws -> String {
    var searched = 0
    while true {
      let (line, hasClosed, length) = heard.withLock { heard -> (String?, Bool, Int) in
        guard let feed = heard.answer[searched...].firstIndex(of: 0x0A) else {
          searched = heard.answer.count
          return (nil, heard.hasClosed || heard.cannotWrite, heard.answer.count)
        }
        let line = String(decoding: heard.answer[..<feed], as: UTF8.self)
        heard.answer.removeSubrange(...feed)
        return (line, false, 0)
      }
      if let line { return line }
      guard length < Self.longestAnswer else {
        throw Failure(cause: "it answered with a line that does not end" + complaint())
      }
      guard !hasClosed else { throw Failure(cause: death(answers: index, of: count)) }
      let left = (end - ContinuousClock.now) / .seconds(1)
      guard left > 0, news.wait(timeout: .now() + left) == .success else {
        let waited = limit ?? (seconds + Self.secondsToStart)
        throw Failure(
          cause: "it gave \(index) of \(count) answers in \(Int(waited.rounded())) s"
            + (index == 0 ? "; it must write a line for each that it reads, and flush it" : "")
            + complaint())
      }
    }
  }

  /// The number in an answer.
  private static func number(in line: String, id: Int) throws -> Double {
    let text = line.trimmingCharacters(in: .whitespacesAndNewlines)
    struct Answer: Decodable {
      var id: Int?
      var score: Double
    }
    let answer = try? JSONDecoder().decode(Answer.self, from: Data(text.utf8))
    if let other = answer?.id, other != id {
      throw Failure(cause: "it answered line \(other) when line \(id) was next")
    }
    guard let number = Double(text) ?? answer?.score, number.isFinite else {
      throw Failure(
        cause: "it answered" + quoted(text)
          + ", and must answer a number or {\"id\":\(id),\"score\":0.5}")
    }
    return number
  }

  // MARK: - What went wrong

  /// How it ended, with what it complained of.
  private func death(answers: Int, of count: Int) -> String {
    wait(seconds: 1) { !process.isRunning }
    let how =
      if process.isRunning {
        "it closed its output"
      } else if process.terminationReason == .uncaughtSignal {
        "it was ended by signal \(process.terminationStatus)"
      } else {
        "it ended, with status \(process.terminationStatus),"
      }
    return "\(how) after \(answers) of \(count) answers" + complaint()
  }

  /// What it wrote to its standard error last, as the end of a sentence.
  private func complaint() -> String {
    // What it said when it ended may come a moment after its end.
    wait(seconds: process.isRunning ? 0.2 : 1) {
      heard.withLock { $0.hasClosedErrors || !$0.complaint.isEmpty }
    }
    let text = heard.withLock { String(decoding: $0.complaint, as: UTF8.self) }
    let lines = text.split(whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    guard !lines.isEmpty else { return "" }
    let said = lines.suffix(3).joined(separator: " / ")
    return "; it said: " + (said.count > 300 ? "…" + said.suffix(300) : said)
  }

  private var firstLine: String {
    heard.withLock {
      String(decoding: $0.answer.prefix { $0 != 0x0A }.prefix(400), as: UTF8.self)
    }
  }

  /// A stranger's words in a sentence, shortened.
  private static func quoted(_ text: String) -> String {
    text.isEmpty ? " with nothing" : " \"\(text.count > 60 ? text.prefix(60) + "…" : text[...])\""
  }

  private func quoted(_ text: String) -> String { Self.quoted(text) }

  private func wait(seconds: Double, until isSo: () -> Bool) {
    let end = ContinuousClock.now + .seconds(seconds)
    while !isSo(), ContinuousClock.now < end { Thread.sleep(forTimeInterval: 0.005) }
  }

  // MARK: - End

  /// Ends the program: by closing what it reads, and if it goes on, by killing it and what it has started.
  func end() {
    let wasEnded = isEnded.withLock { ended in
      defer { ended = true }
      return ended
    }
    guard !wasEnded else { return }
    let group = process.processIdentifier
    // Writing may be blocked, and closing then has to wait: it ends when the program does.
    let input = input
    writing.async { try? input.close() }
    wait(seconds: 0.2) { !process.isRunning }
    // Foundation gives each program a group of its own, and what it starts belongs to it.
    kill(-group, SIGKILL)
    wait(seconds: 2) { !process.isRunning }
    for channel in channels { channel.close(flags: .stop) }
  }
}
