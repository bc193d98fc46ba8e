import ArgumentParser
import Foundation
import Workbench

// What the Tab key offers, where an argument is not one of a few words.

extension CompletionKind {
  /// MIDI files, and folders to find them in.
  static var midiFiles: CompletionKind { file(extensions: extensions(of: midiKinds)) }

  /// Weights of a network.
  static var weights: CompletionKind { file(extensions: weightKinds) }

  /// A SoundFont.
  static var soundFonts: CompletionKind { file(extensions: extensions(of: ["sf2", "sf3"])) }

  /// The projects of the workbench, and folders, in which a project may be, too.
  static var projects: CompletionKind { words(and: []) { (try? Home.find().projectNames) ?? [] } }

  /// The templates of the workbench.
  static var templates: CompletionKind { words { (try? Home.find().templateNames) ?? [] } }

  /// What can be played to.
  static var instruments: CompletionKind {
    words { ["speakers"] + ports { $0.canPlay && $0.kind != "system" } }
  }

  /// What can be recorded from.
  static var keyboards: CompletionKind {
    words { ports { $0.canRecord && $0.kind != "system" } }
  }

  /// A take, or a MIDI file.
  static var primers: CompletionKind { words(and: extensions(of: midiKinds)) { ["last"] } }

  /// The words that name a model, and weights.
  static func models(_ names: [String]) -> CompletionKind { words(and: weightKinds) { names } }

  private static let midiKinds = ["mid", "midi", "rmi"]
  private static let weightKinds = ["safetensors"]

  /// Keyboards and samplers write names in capitals, too.
  private static func extensions(of kinds: [String]) -> [String] {
    kinds + kinds.map { $0.uppercased() }
  }

  /// The names of the ports of a kind, each once.
  private static func ports(where isMeant: (PortsReport.Line) -> Bool) -> [String] {
    let ports = (try? PortsReport.current().ports) ?? []
    return Set(ports.filter(isMeant).map(\.client)).sorted()
  }

  /// What begins like the word that is typed.
  ///
  /// - Parameters:
  ///   - extensions: Of files that are offered beside the words, and folders with them; `nil` for none.
  private static func words(
    and extensions: [String]? = nil, _ words: @escaping @Sendable () -> [String]
  ) -> CompletionKind {
    custom { _, _, typed in
      let begun = TypedWord(typed).text
      let found = words().filter { $0.hasPrefix(begun) }
      let places = extensions.map { Places(begun: begun, extensions: $0).found } ?? []
      return (found + places.filter { !found.contains($0) }).map(escaped)
    }
  }

  /// A word as the shell that asks must be given it.
  ///
  /// bash expands what it is given, and names come from elsewhere: nothing in them may be a command.
  /// Of zsh's words a colon ends the first part.
  private static func escaped(_ word: String) -> String {
    // A name with a line end would be two.
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

/// A word of a command line as it stands there.
struct TypedWord {
  /// Without what quotes it.
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

/// Files and folders whose paths begin as something that was typed.
struct Places {
  /// Their paths, folders with a "/" at the end.
  let found: [String]

  /// - Parameter extensions: Of the files; none for folders alone.
  init(begun: String, extensions: [String]) {
    var begun = begun
    var found = Self.places(begun, extensions)
    // Where a folder is all there is, what is in it is what is meant; and no shell ends the word then.
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
