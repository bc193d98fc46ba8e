internal import CALSA
internal import Glibc
internal import MIDI
internal import Synchronization

/// The messages that silence the instrument, prepared as bytes for the kernel, so that a signal handler can
/// send them without allocating or locking.
///
/// There is one for the process, for the output that began to play last.
@safe final class PanicButton: @unchecked Sendable {
  /// What the signal handler reads: the file descriptor, and the address and count of the bytes.
  private static let descriptor = Atomic<Int32>(-1)
  private static let address = Atomic<UInt>(0)
  private static let count = Atomic<Int>(0)

  private let bytes: UnsafeMutableRawBufferPointer

  /// Prepares `messages` to be sent at once from `port` of `client`.
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

  /// Sends the prepared messages, if any: three loads and a `write`.
  static func press() {
    let count = count.load(ordering: .sequentiallyConsistent)
    guard count > 0,
      let bytes = unsafe UnsafeRawPointer(
        bitPattern: address.load(ordering: .sequentiallyConsistent))
    else { return }
    _ = unsafe write(descriptor.load(ordering: .sequentiallyConsistent), bytes, count)
  }

  /// Installs handlers for fault signals, which silence the instrument before the program ends.
  ///
  /// Nothing can be done about SIGKILL or a power cut. SIGINT, SIGTERM and SIGHUP are left to the caller.
  static func arm() {
    // A first use outside of a handler, so that lazy initialisation happens here.
    press()
    var action = sigaction()
    unsafe action.__sigaction_handler.sa_handler = { signal in
      PanicButton.press()
      // The handler is removed by now (SA_RESETHAND), so this takes the default action.
      raise(signal)
    }
    action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND))
    for signal in [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT] {
      _ = unsafe sigaction(signal, &action, nil)
    }
  }
}
