internal import CALSA

/// The ports that can be recorded from and played to.
public enum PortList {
  /// The current ports in order of their addresses, without woodshed's own.
  ///
  /// - Throws: `SequencerError.cannotOpen`, `SequencerError.refused`.
  public static func current() throws(SequencerError) -> [SequencerPort] {
    try SequencerClient(name: "woodshed").ports()
  }

  /// The current ports, and the new list whenever a port appears, disappears, changes, or is connected; ends
  /// when the sequence is released.
  ///
  /// - Throws: `SequencerError.cannotOpen`, `SequencerError.refused`.
  public static func changes() throws(SequencerError) -> AsyncThrowingStream<
    [SequencerPort], any Error
  > {
    let client = try SequencerClient(name: "woodshed")
    let port = try client.makePort("changes", for: .hidden, stampingQueue: nil)
    try client.announce(to: port)
    let (lists, continuation) = AsyncThrowingStream<[SequencerPort], any Error>.makeStream()
    var last = try client.ports()
    continuation.yield(last)
    let reader = try EventReader(client) { reading in
      switch reading {
      case .success:
        guard let ports = try? client.ports(), ports != last else { return }
        last = ports
        continuation.yield(ports)
      case .failure(let error): continuation.finish(throwing: error)
      case nil: continuation.finish()
      }
    }
    continuation.onTermination = { _ in reader.stop() }
    return lists
  }
}
