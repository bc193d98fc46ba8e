internal import CALSA
internal import Foundation
internal import Glibc

/// Reads a client's events on a thread of its own, which sleeps while there are none.
///
/// The kernel buffers only 2,000 events, so this thread only reads and never waits for a lock; a second
/// thread handles the events.
final class EventReader: Sendable {
  private let stopSignal: StopSignal

  /// Starts reading `client`. `handle` is called on one thread with each reading; before the end with the
  /// error, if there is one, and at the end with nil.
  init(
    _ client: SequencerClient,
    handle: sending @escaping (Result<SequencerClient.Reading, SequencerError>?) -> Void
  ) throws(SequencerError) {
    let stopSignal = try StopSignal()
    self.stopSignal = stopSignal
    let handOver = HandOver<Result<SequencerClient.Reading, SequencerError>>()
    let loop = Loop(client: client, stopSignal: stopSignal, handOver: handOver)
    let handler = Handler(handle: handle)
    Thread.start("woodshed-midi") { loop.run() }
    Thread.start("woodshed-events") {
      handOver.forEach { handler.handle($0) }
      handler.handle(nil)
    }
  }

  deinit { stop() }

  /// Lets the thread read what has arrived and then end. Returns at once.
  func stop() { stopSignal.raise() }

  /// The state of the second thread, which alone uses it.
  private final class Handler: @unchecked Sendable {
    let handle: (Result<SequencerClient.Reading, SequencerError>?) -> Void

    init(handle: @escaping (Result<SequencerClient.Reading, SequencerError>?) -> Void) {
      self.handle = handle
    }
  }

  /// The state of the reading thread, which alone uses it.
  private final class Loop: @unchecked Sendable {
    let client: SequencerClient
    let stopSignal: StopSignal
    let handOver: HandOver<Result<SequencerClient.Reading, SequencerError>>
    var unhanded: [Result<SequencerClient.Reading, SequencerError>] = []

    init(
      client: SequencerClient, stopSignal: StopSignal,
      handOver: HandOver<Result<SequencerClient.Reading, SequencerError>>
    ) {
      self.client = client
      self.stopSignal = stopSignal
      self.handOver = handOver
      unhanded.reserveCapacity(1 << 14)
    }

    func run() {
      askForPriority()
      do throws(SequencerError) {
        var isStopping = false
        repeat {
          isStopping = try waitForEvents()
          while try read() { handOver.offer(&unhanded) }
          handOver.offer(&unhanded)
        } while !isStopping
      } catch {
        unhanded.append(.failure(error))
      }
      handOver.end(with: unhanded)
    }

    /// Asks for real-time scheduling, which the system may refuse.
    private func askForPriority() {
      var parameters = sched_param()
      parameters.sched_priority = 10
      _ = unsafe pthread_setschedparam(pthread_self(), SCHED_RR, &parameters)
    }

    /// Reads up to 500 events; returns whether there may be more.
    private func read() throws(SequencerError) -> Bool {
      for _ in 0..<500 {
        let reading = try client.read()
        if case .nothing = reading { return false }
        unhanded.append(.success(reading))
      }
      return true
    }

    /// Sleeps until there are events or it is time to stop, and returns whether it is; for a millisecond at
    /// most if some events are not handed over yet.
    private func waitForEvents() throws(SequencerError) -> Bool {
      var waiting = [
        pollfd(fd: client.fileDescriptor, events: Int16(POLLIN), revents: 0),
        pollfd(fd: stopSignal.descriptor, events: Int16(POLLIN), revents: 0),
      ]
      let code = unsafe poll(&waiting, UInt(waiting.count), unhanded.isEmpty ? -1 : 1)
      if code < 0, errno != EINTR { throw .refused(task: "wait for MIDI events", code: -errno) }
      return waiting[1].revents != 0
    }
  }
}

extension Thread {
  /// Runs `work` on a new thread.
  fileprivate static func start(_ name: String, work: @escaping @Sendable () -> Void) {
    let thread = Thread(block: work)
    thread.name = name
    thread.start()
  }
}

/// A flag that wakes a polling thread and stays raised: a pipe with a byte in it.
private final class StopSignal: Sendable {
  let descriptor: Int32
  private let entrance: Int32

  init() throws(SequencerError) {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { throw .refused(task: "start to read", code: -errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (descriptor, entrance) = (ends[0], ends[1])
  }

  deinit {
    close(descriptor)
    close(entrance)
  }

  func raise() {
    var byte: UInt8 = 1
    _ = unsafe write(entrance, &byte, 1)
  }
}
