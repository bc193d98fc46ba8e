import Foundation
import MIDI
import Testing
import Workbench

/// Text from strangers, through every command that shows it: a terminal obeys none of it, no line is
/// made up by it, and a page shows it as it is. JSON has it exactly.
@Suite struct HostileTextTests {
  static let texts = [
    "\u{1B}[2J\u{1B}[Hgone", "\u{1B}]0;owned\u{07}", "\u{1B}P+q544e\u{1B}\\", "\u{9B}31mred",
    "\u{9D}0;owned\u{9C}", "\u{202E}dim.3kat", "\u{2066}a\u{2069}\u{200F}b\u{061C}",
    "a\n   99  2026-01-01     0:10      9  played", "a\r\u{1B}[Kb",
    "\u{7F}\u{08}\u{08}\u{0B}\u{0C}",
    "a\u{2028}b\u{2029}c\u{85}d", "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>",
    "]]><!--&lt;", "'; DROP TABLE take; --", "%s%n\\u001b[2J",
  ]

  /// What a terminal or the eye obeys, apart from the ends of lines.
  static func obeyed(_ text: String) -> [Unicode.Scalar] {
    text.unicodeScalars.filter { scalar in
      switch scalar.value {
      case 0x0A: false
      case 0x00...0x1F, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
      default: false
      }
    }
  }

  private let folder = FileManager.default.temporaryDirectory.appending(path: "hostile-\(UUID())")
  private var project: String { folder.appending(path: "p").path() }

  /// Runs a command and sees to what it shows.
  @discardableResult
  private func show(_ arguments: String..., lines: Int? = nil, status: Int32 = 0) throws -> String {
    let outcome = try Program.run(arguments)
    #expect(outcome.status == status, "\(arguments): \(outcome.error)")
    let shown = outcome.output + outcome.error
    #expect(Self.obeyed(shown) == [], "\(arguments): \(shown)")
    if let lines {
      let all = outcome.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      #expect(all.count == lines, "\(arguments): \(outcome.output)")
    }
    return outcome.output
  }

  /// A file of a few notes whose texts and names of tracks are `text`.
  private static func file(with text: String, at pitch: UInt8) -> Data {
    let notes = (0..<8).map { index in
      let start = Int64(index) * 300_000_000
      return Note(
        pitch: pitch + UInt8(index), velocity: 64, start: start, end: start + 200_000_000)
    }
    return Data(StandardMIDIFile.bytes(of: MIDIEvent.events(of: notes), name: text))
  }

  @Test func whatStrangersWriteIsShownAndNotObeyed() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let music = folder.appending(path: "midi")
    try FileManager.default.createDirectory(at: music, withIntermediateDirectories: true)
    #expect(try Program.run(["new", project]).status == 0)
    // A project's name stands in a file that is edited by hand or unpacked.
    let settings = folder.appending(path: "p/project.toml")
    let quoted = Self.texts.joined().unicodeScalars.map { scalar in
      let digits = String(scalar.value, radix: 16)
      return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }.joined()
    try "name = \"\(quoted)\"\ntemplate = \"solo-piano\"\n".write(
      to: settings, atomically: true, encoding: .utf8)

    var names: [String] = []
    for (index, text) in Self.texts.enumerated() {
      let name = "\(index) \(text.replacing("/", with: "_")).mid"
      names.append(name)
      try Self.file(with: text, at: UInt8(40 + index)).write(to: music.appending(path: name))
    }
    let broken = music.appending(path: "\(Self.texts[0]).mid")
    try Data("MThd".utf8).write(to: broken)
    // One line for the broken file, two of what was added, and one of what to do now.
    try show("import", music.path(percentEncoded: false), "--project", project, lines: 4)
    let count = names.count
    for (index, text) in Self.texts.enumerated() {
      try show("note", "\(index + 1)", text, "--project", project, lines: 1)
      try show("show", "\(index + 1)", "--project", project)
    }
    // A head, the takes, and the sum.
    try show("takes", "--project", project, lines: count + 2)
    try show("rounds", "--project", project, lines: 1)
    try show("export", "1", "--project", project, lines: 1)
    try show("tokens", music.appending(path: names[0]).path(percentEncoded: false))
    try show("tune", "--dry-run", "--project", project)
    try show("doctor", "--project", project, lines: 2)
    let archive = folder.appending(path: "b.tar").path()
    try show("backup", archive, "--project", project, lines: 1)
    try show("restore", archive, "--to", folder.appending(path: "q").path(), lines: 1)
    // Nowhere but in Projects would a name make a folder.
    try show("restore", archive, status: 1)
    for text in Self.texts {
      try show("takes", "--project", text, status: 1)
      try show("new", "x", "--template", text, status: 1)
      try show("generate", "--model", "\(text).safetensors", "--project", project, status: 1)
      try show("keep", text, "--project", project, status: 2)
      try show("takes", "--search", text, "--project", project)
      try show("import", "/nowhere/\(text)", "--project", project, status: 1)
      try show("restore", "/nowhere/\(text)", status: 1)
    }

    // Exactly as it was, for programs.
    struct List: Decodable {
      struct Take: Decodable {
        var source: String
        var note: String?
      }
      var takes: [Take]
    }
    let json = try Program.run(["takes", "--project", project, "--format", "json"]).output
    let list = try JSONDecoder().decode(List.self, from: Data(json.utf8))
    #expect(Set(list.takes.map(\.source)) == Set(names))
    #expect(Set(list.takes.compactMap(\.note)) == Set(Self.texts))

    try lookAtPages(count)
  }

  /// What is drawn for a browser: no element but woodshed's own.
  private func lookAtPages(_ count: Int) throws {
    let page = folder.appending(path: "r.html").path()
    let sketch = folder.appending(path: "t.svg").path()
    try show("report", "--to", page, "--takes", "\(count)", "--project", project)
    try show("plot", "1", "--to", sketch, "--project", project)
    for file in [page, sketch] {
      let text = try String(contentsOf: URL(filePath: file), encoding: .utf8)
      #expect(Self.obeyed(text) == [])
      for tag in ["<script", "<img", "<!--", "]]>"] { #expect(!text.contains(tag), "\(tag)") }
    }
    let text = try String(contentsOf: URL(filePath: page), encoding: .utf8)
    #expect(text.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
  }
}
