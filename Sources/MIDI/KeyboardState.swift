/// The state of an instrument after some messages: sounding keys, pedals and controllers.
public struct KeyboardState: Hashable, Sendable {
  /// The first byte of a message that sets a value, and its controller number if it has one.
  private struct Setting: Hashable, Comparable {
    var status: UInt8
    var controller: UInt8

    static func < (left: Self, right: Self) -> Bool {
      (left.status, left.controller) < (right.status, right.controller)
    }
  }

  /// A key that is down.
  private struct Stroke: Hashable {
    /// Note-ons without a note-off.
    var count: Int
    /// The last one's velocity.
    var velocity: UInt8
  }

  /// The keys of each channel (`channel << 7 | pitch`) that are down.
  private var sounding: [UInt16: Stroke] = [:]

  /// The last message of each setting.
  private var settings: [Setting: MIDIMessage] = [:]

  /// An instrument at rest.
  public init() {}

  /// The state after `messages`.
  public init(after messages: some Sequence<MIDIMessage>) {
    for message in messages { take(message) }
  }

  /// The state after `events`.
  public init(after events: [MIDIEvent]) { self.init(after: events.lazy.map(\.message)) }

  /// Applies a message.
  public mutating func take(_ message: MIDIMessage) {
    guard case .channel(let status, let data1, let data2) = message else { return }
    let key = UInt16(status & 0x0F) << 7 | UInt16(data1)
    switch (status & 0xF0, data1) {
    case _ where message.isNoteOn:
      sounding[key] = Stroke(count: (sounding[key]?.count ?? 0) + 1, velocity: data2)
    case _ where message.isNoteOff:
      guard let stroke = sounding[key] else { break }
      sounding[key] =
        stroke.count > 1 ? Stroke(count: stroke.count - 1, velocity: stroke.velocity) : nil
    case (0xB0, _) where message.endsAllNotes:
      sounding = sounding.filter { UInt8($0.key >> 7) != status & 0x0F }
    case (0xB0, 121):
      settings = settings.filter { $0.key.status & 0x0F != status & 0x0F }
    case (0xB0, _): settings[Setting(status: status, controller: data1)] = message
    case (0xC0, _), (0xD0, _), (0xE0, _):
      settings[Setting(status: status, controller: 0)] = message
    default: break
    }
  }

  /// Whether a key or the sustain pedal is down.
  public var isHeld: Bool {
    !sounding.isEmpty || settings.values.contains { $0.holdsSustain }
  }

  /// The messages that put down the sustain pedals that are down.
  public var sustain: [MIDIMessage] {
    settings.sorted { $0.key < $1.key }.map(\.value).filter(\.holdsSustain)
  }

  /// The messages that release all keys and pedals that are down; empty for an instrument at rest.
  public var release: [MIDIMessage] {
    let keys = sounding.keys.sorted().map { key in
      MIDIMessage.noteOff(channel: UInt8(key >> 7), pitch: UInt8(key & 0x7F))
    }
    let pedals = settings.sorted { $0.key < $1.key }.compactMap { setting, message in
      Self.isDownPedal(message)
        ? MIDIMessage.control(
          channel: setting.status & 0x0F, controller: setting.controller, value: 0) : nil
    }
    return keys + pedals
  }

  /// Note-ons for the keys that are down, each with the velocity of its last one.
  public var strokes: [MIDIMessage] {
    sounding.sorted { $0.key < $1.key }.map { key, stroke in
      .noteOn(channel: UInt8(key >> 7), pitch: UInt8(key & 0x7F), velocity: stroke.velocity)
    }
  }

  /// The messages that set another instrument to the same controllers, programs, pressures and
  /// bends, without any keys.
  public var settingMessages: [MIDIMessage] {
    settings.sorted { $0.key < $1.key }.map(\.value)
  }

  /// Whether it puts down a pedal: sustain 64, portamento 65, sostenuto 66, soft 67, legato 68, hold 69.
  private static func isDownPedal(_ message: MIDIMessage) -> Bool {
    guard case .channel(let status, let controller, let value) = message else { return false }
    return status & 0xF0 == 0xB0 && (64...69).contains(controller) && value > 0
  }
}

extension MIDIMessage {
  /// Whether it puts a sustain pedal down.
  fileprivate var holdsSustain: Bool {
    guard case .channel(let status, Self.sustainController, 64...) = self else { return false }
    return status & 0xF0 == 0xB0
  }
}
