package import Work

/// Settings of more than one request.
extension Setting {
  package static let to = Setting("to")
  package static let minutes = Setting("minutes")

  /// The allowed length of a training, in minutes: from about half a second to ten weeks.
  static let minutesOfTraining = 0.01...100_000
}
