internal import CALSA

extension SequencerClient {
  /// All ports of other clients that can be connected to, in order of their addresses.
  func ports() throws(SequencerError) -> [SequencerPort] {
    let client = try ClientInformation()
    let information = try PortInformation()
    var found: [SequencerPort] = []
    unsafe snd_seq_client_info_set_client(client.handle, -1)
    while unsafe snd_seq_query_next_client(handle, client.handle) >= 0 {
      let number = unsafe snd_seq_client_info_get_client(client.handle)
      guard number != Int32(id) else { continue }
      unsafe snd_seq_port_info_set_client(information.handle, number)
      unsafe snd_seq_port_info_set_port(information.handle, -1)
      while unsafe snd_seq_query_next_port(handle, information.handle) >= 0 {
        if let port = port(information, of: client) { found.append(port) }
      }
    }
    return found
  }

  /// The port at `address`; nil if there is none, or it cannot be connected to.
  func port(at address: PortAddress) throws(SequencerError) -> SequencerPort? {
    let client = try ClientInformation()
    let information = try PortInformation()
    guard
      unsafe snd_seq_get_any_client_info(handle, Int32(address.client), client.handle) >= 0,
      unsafe snd_seq_get_any_port_info(
        handle, Int32(address.client), Int32(address.port), information.handle) >= 0
    else { return nil }
    return port(information, of: client)
  }

  private func port(_ information: PortInformation, of client: ClientInformation) -> SequencerPort?
  {
    let rights = unsafe Int32(
      truncatingIfNeeded: snd_seq_port_info_get_capability(information.handle))
    func has(_ wanted: Int32) -> Bool { rights & wanted == wanted }
    let isReadable = has(SND_SEQ_PORT_CAP_READ | SND_SEQ_PORT_CAP_SUBS_READ)
    let isWritable = has(SND_SEQ_PORT_CAP_WRITE | SND_SEQ_PORT_CAP_SUBS_WRITE)
    guard isReadable || isWritable, !has(SND_SEQ_PORT_CAP_NO_EXPORT) else { return nil }
    let address = PortAddress(
      client: UInt8(truncatingIfNeeded: unsafe snd_seq_port_info_get_client(information.handle)),
      port: UInt8(truncatingIfNeeded: unsafe snd_seq_port_info_get_port(information.handle)))
    return SequencerPort(
      identity: PortIdentity(
        address: address,
        clientName: unsafe text(snd_seq_client_info_get_name(client.handle)),
        portName: unsafe text(snd_seq_port_info_get_name(information.handle))),
      kind: kind(information, of: client), isReadable: isReadable, isWritable: isWritable,
      isEndpoint: has(woodshed_alsa_endpoint_port),
      sendsTo: isReadable ? others(SND_SEQ_QUERY_SUBS_READ, address) : [],
      hears: isWritable ? others(SND_SEQ_QUERY_SUBS_WRITE, address) : [])
  }

  /// The ports that receive from this client's `port`.
  func receivers(of port: UInt8) -> [PortAddress] {
    others(SND_SEQ_QUERY_SUBS_READ, PortAddress(client: id, port: port))
  }

  /// The kind of a port. A sound card's port is hardware even without the type bit (virtual raw MIDI lacks
  /// it); so is a program's port with that bit, as for keyboards on Bluetooth.
  private func kind(_ information: PortInformation, of client: ClientInformation)
    -> SequencerPort.Kind
  {
    let type = unsafe Int32(truncatingIfNeeded: snd_seq_port_info_get_type(information.handle))
    let isKernel = unsafe snd_seq_client_info_get_type(client.handle) == SND_SEQ_KERNEL_CLIENT
    if type & SND_SEQ_PORT_TYPE_HARDWARE != 0 { return .hardware }
    guard isKernel else { return .software }
    return unsafe snd_seq_client_info_get_card(client.handle) >= 0 ? .hardware : .system
  }

  /// The ports that receive from `address`, or that it receives from.
  private func others(_ direction: snd_seq_query_subs_type_t, _ address: PortAddress)
    -> [PortAddress]
  {
    var query: OpaquePointer?
    guard unsafe snd_seq_query_subscribe_malloc(&query) >= 0 else { return [] }
    defer { unsafe snd_seq_query_subscribe_free(query) }
    var root = snd_seq_addr_t(client: address.client, port: address.port)
    unsafe snd_seq_query_subscribe_set_root(query, &root)
    unsafe snd_seq_query_subscribe_set_type(query, direction)
    unsafe snd_seq_query_subscribe_set_index(query, 0)
    var found: [PortAddress] = []
    while unsafe snd_seq_query_port_subscribers(handle, query) >= 0 {
      guard let other = unsafe snd_seq_query_subscribe_get_addr(query) else { break }
      found.append(unsafe PortAddress(client: other.pointee.client, port: other.pointee.port))
      unsafe snd_seq_query_subscribe_set_index(query, Int32(found.count))
    }
    return found.sorted()
  }

  /// A name without the trailing blanks that drivers pad names with.
  private func text(_ characters: UnsafePointer<CChar>?) -> String {
    guard let characters = unsafe characters else { return "" }
    var name = unsafe Substring(String(cString: characters))
    while name.last == " " { name.removeLast() }
    return String(name)
  }
}

/// alsa-lib's description of a client, freed with this.
@safe final class ClientInformation {
  let handle: OpaquePointer

  init() throws(SequencerError) {
    var made: OpaquePointer?
    let code = unsafe snd_seq_client_info_malloc(&made)
    guard let made = unsafe made else { throw .refused(task: "describe a client", code: code) }
    unsafe handle = unsafe made
  }

  deinit { unsafe snd_seq_client_info_free(handle) }
}
