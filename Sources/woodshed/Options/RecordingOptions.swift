import ArgumentParser
import Capture

/// How what the musician plays is recorded.
struct RecordingOptions: ParsableArguments {
  @Option(parsing: .unconditional, help: "Seconds of silence that end a take.")
  var split = RecordRequest().splitSeconds

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Store nothing until you press Enter; then keep this many minutes that went before.",
      discussion: "In a duet the key is s."))
  var lookBack: Double?

  @Flag(help: "Hear gestures at the keyboard; see: woodshed record --help")
  var gestures = false

  /// A request to record from ports of these names.
  func request(of ports: [String]) -> RecordRequest {
    var request = RecordRequest()
    request.ports = ports
    request.splitSeconds = split
    request.gestures = gestures
    request.lookBackMinutes = lookBack
    return request
  }
}
