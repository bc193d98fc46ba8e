package import Work
package import Workbench

/// How a studio is to be opened.
package struct StudioRequest: Sendable {
  /// The port that it listens at; `nil` for one that is free.
  package var port: Int?
  /// How takes sound.
  package var sound = SoundRequest()

  /// A studio at any free port.
  package init() {}

  /// Checks the bounds of every number.
  ///
  /// - Throws: `WrongValue`.
  package func check() throws {
    if let port { try Setting.port.require(port, in: 1...65_535) }
    try sound.check()
  }
}

extension Setting {
  package static let port = Setting("port")
}
