internal import CALSA
internal import Glibc
internal import MIDI
internal import Synchronization

/// The messages that silence what is being played, laid ready as bytes for the kernel, so that a
/// signal handler can send them: it may neither allocate nor lock.
///
/// There is one button a process, for the output that began to play last.
@safe final class PanicButton: @unchecked Sendable {
  /// What a signal handler reads: where to write, and the bytes.
  private static let descriptor = Atomic<Int32>(-1)
  private static let address = Atomic<UInt>(0)
  private static let count = Atomic<Int>(0)

  private let bytes: UnsafeMutableRawBufferPointer

  /// Lays `messages` ready, to be sent at once from `port` of `client`.
  init(_ messages: [MIDIMessage], client: SequencerClient, port: UInt8) {
    let events = messages.flatMap(EventEncoder.encode)
    let size = unsafe MemoryLayout<snd_seq_event_t>.stride
    let bytes = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(events.count, 1) * size, alignment: 8)
    for (index, event) in events.enumerated() {
      unsafe event.withStructure(from: port, on: nil) { structure in
        unsafe bytes.baseAddress?.advanced(by: index * size)
          .copyMemory(from: structure, byteCount: size)
      }
    }
    unsafe self.bytes = unsafe bytes
    Self.count.store(0, ordering: .sequentiallyConsistent)
    Self.descriptor.store(client.fileDescriptor, ordering: .sequentiallyConsistent)
    Self.address.store(
      UInt(bitPattern: bytes.baseAddress), ordering: .sequentiallyConsistent)
    Self.count.store(events.count * size, ordering: .sequentiallyConsistent)
  }

  deinit {
    let address = unsafe UInt(bitPattern: bytes.baseAddress)
    if Self.address.load(ordering: .sequentiallyConsistent) == address {
      Self.count.store(0, ordering: .sequentiallyConsistent)
    }
    unsafe bytes.deallocate()
  }

  /// Sends the messages that are laid ready, if any: three loads and a `write`.
  static func press() {
    let count = count.load(ordering: .sequentiallyConsistent)
    guard count > 0,
      let bytes = unsafe UnsafeRawPointer(
        bitPattern: address.load(ordering: .sequentiallyConsistent))
    else { return }
    _ = unsafe write(descriptor.load(ordering: .sequentiallyConsistent), bytes, count)
  }

  /// From now on the signals that end a program by a fault silence the instrument first.
  ///
  /// Nothing can be done at SIGKILL or a power cut. SIGINT, SIGTERM and SIGHUP are the caller's.
  static func arm() {
    // A first use outside of a handler: what is made at first use is made here.
    press()
    var action = sigaction()
    unsafe action.__sigaction_handler.sa_handler = { signal in
      PanicButton.press()
      // The handler is gone by now (SA_RESETHAND): the signal does what it always does.
      raise(signal)
    }
    action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND))
    for signal in [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT] {
      _ = unsafe sigaction(signal, &action, nil)
    }
  }
}
