import Foundation
import MIDI
import Testing

@testable import Sequencer

extension ALSATests {
  /// Virtual raw MIDI as a keyboard that is unplugged while it is played.
  @Suite(
    .enabled(
      if: Bed.hasKeyboards,
      "there is no snd-virmidi that may be unplugged here"))
  struct Hotplug {
    /// The raw device of the first virtual keyboard, which plays when it is written to.
    static func rawDevice() throws -> String {
      let cards = try String(contentsOfFile: "/proc/asound/cards", encoding: .utf8)
      let line = try #require(cards.split(separator: "\n").first { $0.contains("VirMIDI") })
      let card = line.split(separator: " ")[0]
      return "hw:\(card),0"
    }

    static func unplug() throws { try write("unbind") }
    static func plugIn() throws { try write("bind") }

    private static func write(_ file: String) throws {
      let device = Data("snd_virmidi.0\n".utf8)
      let handle = try FileHandle(forWritingTo: URL(filePath: "\(Bed.keyboardDriver)/\(file)"))
      try handle.write(contentsOf: device)
      try handle.close()
    }

    static func keyboard() throws -> SequencerPort {
      try PortQuery("VirMIDI 0-0").only(of: PortList.current())
    }

    @Test(arguments: [PortSelection.allHardware, .named(["VirMIDI 0-0"])])
    func aKeyboardThatReturnsIsPickedUp(selection: PortSelection) async throws {
      let keyboard = try Self.keyboard().identity
      let input = try SequencerInput(selection, name: "woodshed test")
      let listener = Listener(input)
      try Tool.run("amidi", "-p", Self.rawDevice(), "-S", "90 3C 64")
      try await listener.wait { $0.event == note(60, from: keyboard) }

      try Self.unplug()
      try await listener.wait { $0.event == .unplugged(keyboard) }
      try Self.plugIn()
      let count = await listener.events.count { $0.event == .plugged(keyboard) }
      #expect(count <= 2)
      let returned = try Self.keyboard().identity
      try await untilPlugged(listener, returned, times: 2)
      try Tool.run("amidi", "-p", Self.rawDevice(), "-S", "90 3E 64")
      try await listener.wait { $0.event == note(62, from: returned) }

      let events = try await listener.finish().map(\.event)
        .filter { $0.source?.portName == keyboard.portName }
      #expect(
        events == [
          .plugged(keyboard), note(60, from: keyboard), .unplugged(keyboard), .plugged(returned),
          note(62, from: returned),
        ])
    }

    @Test func aNameThatIsNotThereYetIsWaitedFor() async throws {
      try Self.unplug()
      let input = try SequencerInput(
        .named(["VirMIDI 0-0"]), waitsForAbsent: true, name: "woodshed test")
      let listener = Listener(input)
      try Self.plugIn()
      let keyboard = try Self.keyboard().identity
      try await listener.wait { $0.event == .plugged(keyboard) }
      #expect(try await listener.finish().map(\.event) == [.plugged(keyboard)])
    }

    @Test func rawBytesOfAKeyboardAreKept() async throws {
      let input = try SequencerInput(.named(["VirMIDI 0-0"]), name: "woodshed test")
      let listener = Listener(input)
      let folder = try TemporaryFolder()
      let file = try folder.file(
        "wire.syx",
        Playing.exclusive(1000).bytes + [
          0x90, 0x3C, 0x64, 0x40, 0x50,  // two note-ons, the second in running status
          0xF8, 0xFE,  // clock and active sensing, dropped
          0x80, 0x3C, 0x40, 0xE3, 0x01, 0x7F, 0xD3, 0x55, 0xF3, 0x05,
        ])
      try Tool.run("amidi", "-p", Self.rawDevice(), "-s", file)
      try await listener.wait { stamped in
        if case .message(.system([0xF3, 0x05]), _) = stamped.event { true } else { false }
      }
      #expect(
        try await listener.finish().messages == [
          Playing.exclusive(1000), .noteOn(pitch: 60, velocity: 100),
          .noteOn(pitch: 64, velocity: 80), .noteOff(pitch: 60, velocity: 64),
          .channel(status: 0xE3, data1: 1, data2: 127), .channel(status: 0xD3, data1: 85, data2: 0),
          .system([0xF3, 0x05]),
        ])
    }

    private func note(_ pitch: UInt8, from port: PortIdentity) -> InputEvent {
      .message(.noteOn(pitch: pitch, velocity: 100), from: port)
    }

    private func untilPlugged(_ listener: Listener, _ port: PortIdentity, times: Int) async throws {
      for _ in 0..<1000 {
        if await listener.events.count(where: { $0.event == .plugged(port) }) == times { return }
        try await Task.sleep(for: .milliseconds(10))
      }
      Issue.record("\(port.name) was not plugged in \(times) times")
    }
  }
}

extension InputEvent {
  /// The port that it is about.
  var source: PortIdentity? {
    switch self {
    case .message(_, from: let port), .plugged(let port), .unplugged(let port): port
    case .overrun: nil
    }
  }
}
