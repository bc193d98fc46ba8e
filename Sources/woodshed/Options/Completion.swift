import ArgumentParser
import Foundation
import Workbench

// What the Tab key offers for arguments that are not one of a fixed set of words.

extension CompletionKind {
  /// MIDI files, and folders that may hold some.
  static var midiFiles: CompletionKind { file(extensions: extensions(of: midiKinds)) }

  /// Files of weights.
  static var weights: CompletionKind { file(extensions: weightKinds) }

  /// SoundFonts.
  static var soundFonts: CompletionKind { file(extensions: extensions(of: ["sf2", "sf3"])) }

  /// The projects of the workbench, and folders, since a project may be elsewhere.
  static var projects: CompletionKind {
    words(and: []) { _ in (try? Home.find().projectNames) ?? [] }
  }

  /// The templates of the workbench.
  static var templates: CompletionKind { words { _ in (try? Home.find().templateNames) ?? [] } }

  /// The instruments that can be played to, and the speakers.
  static var instruments: CompletionKind {
    words { _ in ["speakers"] + ports { $0.canPlay && $0.kind != "system" } }
  }

  /// The keyboards that can be recorded from.
  static var keyboards: CompletionKind {
    words { _ in ports { $0.canRecord && $0.kind != "system" } }
  }

  /// The takes of the project.
  static var takes: CompletionKind { words { ["last"] + takeNumbers(in: $0) } }

  /// The rounds of the project.
  static var rounds: CompletionKind { words { roundNumbers(in: $0) } }

  /// The rounds of the project, and its base.
  static var roundsAndBase: CompletionKind { words { ["base"] + roundNumbers(in: $0) } }

  /// The takes of the project, or a MIDI file.
  static var primers: CompletionKind {
    words(and: extensions(of: midiKinds)) { ["last"] + takeNumbers(in: $0) }
  }

  /// The gauges that are built in, and programs and queries.
  static var gauges: CompletionKind { words(and: gaugeKinds) { _ in Toward.builtInNames } }

  /// The given names of models, the rounds of the project, and files of weights.
  static func models(_ names: [String]) -> CompletionKind {
    words(and: weightKinds) { names + roundNumbers(in: $0) }
  }

  private static let midiKinds = ["mid", "midi", "rmi"]
  private static let weightKinds = ["safetensors"]
  /// A program may be without any.
  private static let gaugeKinds = ["py", "sql", "sh", "js", "rb", "pl", ""]

  /// The extensions in small letters and in capitals, which keyboards and samplers also write.
  private static func extensions(of kinds: [String]) -> [String] {
    kinds + kinds.map { $0.uppercased() }
  }

  /// The names of the clients of the ports that fit, each once.
  private static func ports(where isMeant: (PortsReport.Line) -> Bool) -> [String] {
    let ports = (try? PortsReport.current().ports) ?? []
    return Set(ports.filter(isMeant).map(\.client)).sorted()
  }

  /// The numbers of the last takes of the project that a command line is about.
  private static func takeNumbers(in line: [String]) -> [String] {
    numbers(in: line)?.takes.map(String.init) ?? []
  }

  /// The numbers of its rounds.
  private static func roundNumbers(in line: [String]) -> [String] {
    numbers(in: line)?.rounds.map(String.init) ?? []
  }

  private static func numbers(in line: [String]) -> ProjectNumbers? {
    let name = line.firstIndex(of: "--project").flatMap { place in
      line.dropFirst(place + 1).first.map { TypedWord($0).text }
    }
    return try? ProjectNumbers(ofProject: name)
  }

  /// The words, and files, that begin with what is typed.
  ///
  /// - Parameters:
  ///   - extensions: The extensions of files that are offered, with folders, besides the words; `nil` for
  ///     words only.
  ///   - words: Gets the words of the command line.
  private static func words(
    and extensions: [String]? = nil, _ words: @escaping @Sendable (_ line: [String]) -> [String]
  ) -> CompletionKind {
    custom { line, _, typed in
      let begun = TypedWord(typed).text
      let found = words(line).filter { $0.hasPrefix(begun) }
      let places = extensions.map { Places(begun: begun, extensions: $0).found } ?? []
      return (found + places.filter { !found.contains($0) }).map(escaped)
    }
  }

  /// A word, escaped for the shell that asks.
  ///
  /// bash expands what it is given, so that nothing in a name, which may come from anybody, must be taken
  /// for a command. In zsh a colon would separate the word from its description.
  private static func escaped(_ word: String) -> String {
    // A name with a line break would be read as two.
    let word = word.replacing("\n", with: "?")
    switch CompletionShell.requesting {
    case .bash:
      return word.reduce(into: "") { text, character in
        if character.isASCII, !character.isLetter, !character.isNumber, !"/._-".contains(character)
        {
          text += "\\"
        }
        text.append(character)
      }
    case .zsh: return word.replacing("\\", with: "\\\\").replacing(":", with: "\\:")
    default: return word
    }
  }
}

/// A word as it is typed on a command line.
struct TypedWord {
  /// The word without quotes and backslashes.
  let text: String

  init(_ typed: String) {
    var text = ""
    var isEscaped = false
    for character in typed {
      if isEscaped || !"\\\"'".contains(character) {
        text.append(character)
        isEscaped = false
      } else {
        isEscaped = character == "\\"
      }
    }
    self.text = text
  }
}

/// The files and folders whose paths begin with what was typed.
struct Places {
  /// Their paths, folders with a "/" at the end.
  let found: [String]

  /// - Parameter extensions: The files' extensions; if empty, only folders are found.
  init(begun: String, extensions: [String]) {
    var begun = begun
    var found = Self.places(begun, extensions)
    // A single folder is replaced by what is in it, so that the shell does not end the word after it.
    while let only = found.first, found.count == 1, only.hasSuffix("/") {
      let inside = Self.places(only, extensions)
      guard !inside.isEmpty, only != begun else { break }
      (begun, found) = (only, inside)
    }
    self.found = found
  }

  private static func places(_ begun: String, _ extensions: [String]) -> [String] {
    let end = begun.lastIndex(of: "/").map { begun.index(after: $0) } ?? begun.startIndex
    let (folder, start) = (String(begun[..<end]), begun[end...])
    let path = folder.isEmpty ? "." : (folder as NSString).expandingTildeInPath
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.sorted().compactMap { name in
      guard name.hasPrefix(start), !name.hasPrefix(".") || start.hasPrefix(".") else { return nil }
      let place = URL(filePath: path + "/" + name).resolvingSymlinksInPath()
      let isFolder = (try? place.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory
      if isFolder == true { return folder + name + "/" }
      return extensions.contains((name as NSString).pathExtension) ? folder + name : nil
    }
  }
}
