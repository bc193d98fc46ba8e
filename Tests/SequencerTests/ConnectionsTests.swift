import Testing

@testable import Sequencer

/// Port lists as kernels of different ages give them.
@Suite struct ConnectionsTests {
  private func port(
    _ address: String, _ name: String, _ kind: SequencerPort.Kind = .hardware,
    isEndpoint: Bool = false
  ) throws -> SequencerPort {
    SequencerPort(
      identity: PortIdentity(
        address: try #require(PortAddress(address)), clientName: "Grand", portName: name),
      kind: kind, isReadable: true, isWritable: true, isEndpoint: isEndpoint)
  }

  /// A piano of MIDI 2.0 on Linux 6.5 or newer: port 0 repeats ports 1 and 2.
  private func piano() throws -> [SequencerPort] {
    [
      try port("20:0", "MIDI 2.0", isEndpoint: true), try port("20:1", "Group 1"),
      try port("20:2", "Group 2"),
    ]
  }

  private func addresses(_ ports: [SequencerPort]) -> [String] { ports.map { "\($0.address)" } }

  @Test func ofAnEndpointItsGroupsAreHeard() throws {
    var all = Connections(.allHardware)
    #expect(addresses(try all.choose(among: piano(), waitsForAbsent: false)) == ["20:1", "20:2"])
    var named = Connections(.named(["grand"]))
    #expect(addresses(try named.choose(among: piano(), waitsForAbsent: false)) == ["20:1", "20:2"])
    #expect(addresses(PortSelection.allHardware.ports(among: try piano())) == ["20:1", "20:2"])
  }

  @Test func anEndpointWithoutGroupsIsHeardItself() throws {
    var connections = Connections(.allHardware)
    let alone = [try port("20:0", "MIDI 2.0", isEndpoint: true)]
    #expect(addresses(try connections.choose(among: alone, waitsForAbsent: false)) == ["20:0"])
  }

  @Test func byItsNumbersAnEndpointIsHeardItselfAndItsGroupsAreNotBesides() throws {
    var connections = Connections(.named(["20:0"]))
    let found = try connections.choose(among: piano(), waitsForAbsent: false)
    #expect(addresses(found) == ["20:0"])
    _ = connections.add(found[0].identity)
    for group in try piano().dropFirst() {
      #expect(!connections.wants(group, among: try piano()))
    }
  }

  /// The kernel makes the ports of the groups first, but nothing says that it always will.
  @Test(arguments: [[0, 1, 2], [1, 2, 0], [2, 0, 1]])
  func pluggedInWhateverComesFirstNothingIsHeardTwice(order: [Int]) throws {
    var connections = Connections(.allHardware)
    _ = try connections.choose(among: [], waitsForAbsent: false)
    var there: [SequencerPort] = []
    for index in order {
      let port = try piano()[index]
      there.append(port)
      if connections.wants(port, among: there) { _ = connections.add(port.identity) }
    }
    let heard = connections.connected.keys.sorted().map { "\($0)" }
    #expect(heard == (order[0] == 0 ? ["20:0"] : ["20:1", "20:2"]))
  }

  @Test func devicesOfOnePortAreHeardAsBefore() throws {
    let ports = [
      try port("14:0", "Midi Through", .system), try port("20:0", "Grand MIDI 1"),
      try port("24:0", "Organ"), try port("128:0", "Program", .software),
    ]
    var connections = Connections(.allHardware)
    #expect(
      addresses(try connections.choose(among: ports, waitsForAbsent: false)) == ["20:0", "24:0"])
  }

  @Test func programsAreReadOutOfTheKernelsList() {
    let text = """
      Client info
        cur  clients : 4
      Client   0 : "System" [Kernel Legacy]
        Port   0 : "Timer" (Rwe-) [In/Out]
      Client 128 : "hog" [User Legacy]
      Client 129 : "a \"quoted\" one" [User]
      """
    #expect(SequencerClient.programs(in: text) == ["hog", "a \"quoted\" one"])
  }

  @Test func whatIsTakenIsSaidWithItsHolders() {
    #expect(
      "\(SequencerError.queuesTaken(holders: ["hog"]))"
        == "cannot create a sequencer queue: other programs have taken all there are; "
        + "end one of them and try again: \"hog\"")
    #expect(
      "\(SequencerError.clientsTaken(holders: []))"
        == "cannot open the ALSA sequencer: other programs have taken all of its clients; "
        + "end one of them and try again")
  }
}
