@testable import Workbench

/// `project.toml` and `template.toml`, which are edited by hand.
///
/// Holds that settings that are read are written as text that reads as the same settings.
enum SettingsTarget: FuzzTarget {
  static func run(_ bytes: [UInt8]) {
    guard bytes.count > 1 else { return }
    let text = String(decoding: bytes.dropFirst(), as: UTF8.self)
    bounding(bytes, perByte: 2000) {
      if bytes[0] & 1 == 0 {
        guard let settings = try? ProjectSettings.read(text, path: "fuzz") else { return }
        let again = try? ProjectSettings.read(settings.text, path: "fuzz")
        precondition(again?.name == settings.name && again?.template == settings.template)
      } else {
        guard let settings = try? TemplateSettings.read(text, path: "fuzz") else { return }
        let again = try? TemplateSettings.read(settings.text(sha256: settings.sha256), path: "fuzz")
        precondition(again == settings)
      }
    }
  }
}
