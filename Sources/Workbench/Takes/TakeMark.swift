import Library

/// The origin of a take in an exported file: who made it, and the take that it was.
///
/// It is a text event at the beginning of the track, which most programs keep when they save a file again. The
/// origin comes first, for programs that truncate texts:
///
/// ```
/// woodshed: generated; take=13; events=5d0c…; model=round 1; seed=840788; project=blues
/// ```
///
/// Imports trust this text.
struct TakeMark: Hashable, Sendable {
  /// Who made the take.
  var origin: TakeFilter.Origin
  /// The project's name, of any length and with any letters when it was read.
  var project: String?
  /// The take's number in that project.
  var take: Int64?
  /// The digest of its events.
  var digest: String?
  /// How a model made it.
  var generation: Generation?

  init(origin: TakeFilter.Origin, project: String) {
    self.origin = origin
    self.project = project
  }

  init(of take: TakeSummary, project: String) {
    self.init(origin: TakeFilter.Origin(take.origin), project: project)
    self.take = take.number
    digest = take.digest
    generation = take.generation
    // It names takes and files of this project, which the file's reader does not have.
    generation?.recipe = nil
    generation?.sourceTake = nil
  }
}

// MARK: - As text

extension TakeMark {
  private static let head = "woodshed: "

  /// The mark as a text event has it.
  var text: String {
    var parts = [origin.rawValue]
    func add(_ key: String, _ value: (some CustomStringConvertible)?) {
      guard let value else { return }
      parts.append("\(key)=\(value)")
    }
    add("take", take)
    add("events", digest)
    if let generation {
      add("model", generation.model.replacing(";", with: ","))
      add("seed", generation.seed)
      add("stream", generation.stream)
      add("temperature", generation.temperature)
      add("topP", generation.topP)
      add("weights", generation.modelDigest)
    }
    // A name may have any letters, so it goes to the end.
    add("project", project)
    return Self.head + parts.joined(separator: "; ")
  }

  /// Reads a text event; nil when it is no mark.
  init?(_ text: String) {
    guard text.hasPrefix(Self.head) else { return nil }
    var rest = text.dropFirst(Self.head.count)
    var project: String?
    if let found = rest.firstRange(of: "; project=") {
      project = String(rest[found.upperBound...].prefix(100))
      rest = rest[..<found.lowerBound]
    }
    let parts = rest.split(separator: "; ")
    guard let origin = parts.first.flatMap({ TakeFilter.Origin(rawValue: String($0)) }) else {
      return nil
    }
    let values = Dictionary(
      parts.dropFirst().compactMap { part -> (String, String)? in
        guard let equals = part.firstIndex(of: "=") else { return nil }
        return (String(part[..<equals]), String(part[part.index(after: equals)...]))
      }, uniquingKeysWith: { first, _ in first })
    self.origin = origin
    self.project = project.flatMap { $0.isEmpty ? nil : $0 }
    take = values["take"].flatMap(Int64.init)
    digest = values["events"]
    generation = Self.generation(values)
  }

  /// How a model generated it; values that are missing or impossible are replaced by valid ones.
  private static func generation(_ values: [String: String]) -> Generation? {
    guard let model = values["model"], !model.isEmpty else { return nil }
    let temperature = values["temperature"].flatMap(Double.init) ?? 1
    let topP = values["topP"].flatMap(Double.init) ?? 1
    return Generation(
      model: String(model.prefix(100)), seed: values["seed"].flatMap(UInt64.init) ?? 0,
      stream: max(0, values["stream"].flatMap(Int.init) ?? 0),
      temperature: 0...1e6 ~= temperature ? temperature : 1,
      topP: topP > 0 && topP <= 1 ? topP : 1,
      modelDigest: values["weights"].flatMap { $0.utf8.count == 64 ? $0 : nil })
  }
}

// MARK: - Of a file

extension TakeMark {
  /// The origin by all texts of a file: generated in one track and played in another is mixed. Nil when no text
  /// is a mark.
  init?(in texts: [String]) {
    let marks = texts.compactMap { Self($0) }
    guard let first = marks.first(where: { $0.origin != .played }) ?? marks.first else {
      return nil
    }
    self = first
    if marks.contains(where: { $0.origin != first.origin }) { origin = .mixed }
  }

  /// How an imported take was generated, as the importing project records it; nil for a played one.
  var importedGeneration: Generation? {
    guard origin != .played else { return nil }
    var made = generation ?? Generation(model: "a model", seed: 0)
    if let project { made.model += " of \(project)" }
    return made
  }
}
