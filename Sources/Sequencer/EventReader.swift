internal import CALSA
internal import Foundation
internal import Glibc

/// Reads a client's events on a thread of its own, which sleeps while there are none.
final class EventReader: Sendable {
  private let stopSignal: StopSignal

  /// Begins to read `client`. `handle` is called on the reading thread with one reading after the
  /// other, and at the end once with nil or with what went wrong.
  init(
    _ client: SequencerClient,
    handle: sending @escaping (Result<SequencerClient.Reading, SequencerError>?) -> Void
  ) throws(SequencerError) {
    let stopSignal = try StopSignal()
    self.stopSignal = stopSignal
    let loop = Loop(client: client, stopSignal: stopSignal, handle: handle)
    let thread = Thread { loop.run() }
    thread.name = "woodshed-midi"
    thread.start()
  }

  deinit { stop() }

  /// Lets the thread read what has arrived, and end. Returns at once.
  func stop() { stopSignal.raise() }

  /// What the thread owns; nothing else touches it.
  private final class Loop: @unchecked Sendable {
    let client: SequencerClient
    let stopSignal: StopSignal
    let handle: (Result<SequencerClient.Reading, SequencerError>?) -> Void

    init(
      client: SequencerClient, stopSignal: StopSignal,
      handle: @escaping (Result<SequencerClient.Reading, SequencerError>?) -> Void
    ) {
      self.client = client
      self.stopSignal = stopSignal
      self.handle = handle
    }

    func run() {
      askForPriority()
      do throws(SequencerError) {
        var isStopping = false
        repeat {
          isStopping = try waitForEvents()
          try readAll()
        } while !isStopping
        handle(nil)
      } catch {
        handle(.failure(error))
      }
    }

    /// Before other programs, where the system allows it: the kernel holds 2,000 events and no more.
    private func askForPriority() {
      var parameters = sched_param()
      parameters.sched_priority = 10
      _ = unsafe pthread_setschedparam(pthread_self(), SCHED_RR, &parameters)
    }

    private func readAll() throws(SequencerError) {
      while true {
        let reading = try client.read()
        if case .nothing = reading { return }
        handle(.success(reading))
      }
    }

    /// Sleeps until there are events, or it is time to stop: then true.
    private func waitForEvents() throws(SequencerError) -> Bool {
      var waiting = [
        pollfd(fd: client.fileDescriptor, events: Int16(POLLIN), revents: 0),
        pollfd(fd: stopSignal.descriptor, events: Int16(POLLIN), revents: 0),
      ]
      let code = unsafe poll(&waiting, UInt(waiting.count), -1)
      if code < 0, errno != EINTR { throw .refused(task: "wait for MIDI events", code: -errno) }
      return waiting[1].revents != 0
    }
  }
}

/// A flag that a sleeping thread wakes up for, once raised, for ever: a pipe with a byte in it.
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
