import Foundation
import Testing

@testable import Sequencer

extension ALSATests {
  @Suite struct List {
    /// `client 14: 'Midi Through' [type=kernel]` and, below, `    0 'Midi Through Port-0'`.
    private func portsByAconnect(_ direction: String) throws -> [PortIdentity] {
      var client: (number: UInt8, name: String)?
      return try Tool.run("aconnect", direction).split(separator: "\n").compactMap { line in
        let quoted = line.split(separator: "'", omittingEmptySubsequences: false)
        guard quoted.count >= 3 else { return nil }
        let name = quoted[1].trimmingCharacters(in: .whitespaces)
        if line.hasPrefix("client "), let number = UInt8(quoted[0].dropFirst(7).dropLast(2)) {
          client = (number, name)
          return nil
        }
        guard let client, let port = UInt8(quoted[0].trimmingCharacters(in: .whitespaces))
        else { return nil }
        return PortIdentity(
          address: PortAddress(client: client.number, port: port), clientName: client.name,
          portName: name)
      }
    }

    @Test func listsWhatAconnectLists() throws {
      let ports = try PortList.current()
      #expect(try ports.filter(\.isReadable).map(\.identity) == portsByAconnect("-i"))
      #expect(try ports.filter(\.isWritable).map(\.identity) == portsByAconnect("-o"))
      #expect(ports.contains { $0.name == "Midi Through Port-0" && $0.kind == .system })
    }

    @Test func showsConnections() throws {
      let input = try SequencerInput(.named(["Midi Through"]), name: "woodshed test")
      let ports = try PortList.current()
      let through = try #require(ports.first { $0.identity.clientName == "Midi Through" })
      let own = try #require(ports.first { $0.address == input.address })
      #expect(through.sendsTo.contains(own.address))
      #expect(own.hears == [through.address])
      #expect(own.kind == .software)
      #expect(own.isWritable && !own.isReadable)
    }

    @Test func followsChanges() async throws {
      var lists = try PortList.changes().makeAsyncIterator()
      let first = try #require(try await lists.next())
      let input = try SequencerInput(.named([]), name: "woodshed test")
      var seen: [SequencerPort] = []
      while !seen.contains(where: { $0.address == input.address }) {
        seen = try #require(try await lists.next())
      }
      // Programs come and go; an earlier test's may still have been there.
      func devices(_ ports: [SequencerPort]) -> [PortAddress] {
        ports.filter { $0.kind != .software }.map(\.address)
      }
      #expect(devices(seen) == devices(first))
      #expect(seen.first { $0.address == input.address }?.name == "woodshed test: in")
      withExtendedLifetime(input) {}
    }
  }
}
