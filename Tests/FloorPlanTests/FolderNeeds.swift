/// Which folder of a module needs which, by the names that each declares and uses: types, and the methods
/// that extensions give to types of other folders.
///
/// It reads words and knows no grammar: a name that is declared in two folders, or that something else has
/// too, says nothing.
struct FolderNeeds {
  /// What the files beside the folders are called.
  static let root = "(root)"

  /// The folders, in alphabetical order.
  let folders: [String]
  /// For each folder, those that it needs, and why.
  private(set) var needs: [String: [String: [String]]] = [:]

  init(of files: [SourceFile]) {
    let files = files.map { (folder: $0.folder ?? Self.root, name: $0.path, code: $0.code) }
    folders = Set(files.map(\.folder)).sorted()
    var homes: [String: Set<String>] = [:]
    for file in files {
      for match in file.code.matches(
        of:
          #/(?m)^((?:@?\w+(?:\([^)\n]*\))? +)*)(?:struct|class|enum|actor|protocol|typealias) +(\w+)/#
      ) where !match.output.1.contains("private") {
        homes[String(match.output.2), default: []].insert(file.folder)
      }
    }
    for file in files {
      for block in file.code.matches(of: #/(?m)^((?:\w+ )*)extension +(\w+)[\s\S]*?^\}/#)
      where !block.output.1.contains("private")
        && homes[String(block.output.2)]?.contains(file.folder) != true
      {
        for match in block.output.0.matches(
          of: #/(?m)^  ((?:@?\w+(?:\([^)\n]*\))? +)*)func +(\w+)/#)
        where !match.output.1.contains("private") {
          homes["\(match.output.2)(", default: []].insert(file.folder)
        }
      }
    }
    for file in files {
      let words = Set(
        file.code.matches(of: #/\b\w+\b\(?/#).flatMap { match in
          [String(match.output), String(match.output.prefix { $0 != "(" })]
        })
      for word in words {
        guard let home = homes[word], home.count == 1, let folder = home.first,
          folder != file.folder
        else { continue }
        let place = file.name.split(separator: "/").last ?? ""
        needs[file.folder, default: [:]][folder, default: []].append("\(word) (\(place))")
      }
    }
  }

  /// The folders that can be reached from one.
  private func reach(_ start: String) -> Set<String> {
    var reached: Set<String> = []
    var waiting = [start]
    while let folder = waiting.popLast() {
      for next in (needs[folder] ?? [:]).keys where reached.insert(next).inserted {
        waiting.append(next)
      }
    }
    return reached
  }

  /// Groups of folders that need each other in a circle.
  var circles: [[String]] {
    let reached = Dictionary(uniqueKeysWithValues: folders.map { ($0, reach($0)) })
    func isMutual(_ one: String, _ other: String) -> Bool {
      reached[one]?.contains(other) == true && reached[other]?.contains(one) == true
    }
    var groups: [[String]] = []
    for folder in folders where isMutual(folder, folder) {
      if groups.contains(where: { $0.contains(folder) }) { continue }
      groups.append(folders.filter { isMutual(folder, $0) })
    }
    return groups.map { $0.filter { $0 != Self.root } + $0.filter { $0 == Self.root } }
  }

  /// A circle in words, a line for each pair of folders.
  func text(of circle: [String]) -> String {
    var lines = ["the folders \(circle.joined(separator: ", ")) need each other in a circle:"]
    for one in circle {
      for other in circle {
        guard let why = needs[one]?[other] else { continue }
        lines.append("  \(one) needs \(other): \(why.sorted().joined(separator: ", "))")
      }
    }
    return lines.joined(separator: "\n")
  }
}
