import Foundation
import Testing

@testable import Workbench

/// Names that other programs and keyboards give themselves, shown while it records.
@Suite struct HostileNamesTests {
  private static let name = "Piano\u{1B}]0;owned\u{07}\n!! ALL IS LOST\u{202E}"

  @Test(arguments: [
    RecorderNews.plugged(name: name), .unplugged(name: name, notes: 2), .holding(cause: name),
    .brokenOff(cause: name), .unreadable(take: 3, cause: name),
  ])
  func newsIsOneLineAndObeysNobody(news: RecorderNews) {
    let line = "\(news)"
    #expect(!line.contains("\n") && !line.contains("\u{1B}") && !line.contains("\u{07}"))
    #expect(!line.unicodeScalars.contains("\u{202E}"))
    #expect(line.contains("Piano"))
  }
}
