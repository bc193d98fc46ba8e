package import Work

/// Settings that are asked for in more than one place.
extension Setting {
  package static let to = Setting("to")
  package static let minutes = Setting("minutes")

  /// How long training may be asked to take, in minutes: from half a second to ten weeks.
  static let minutesOfTraining = 0.01...100_000
}
