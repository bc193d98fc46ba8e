/// What is wrong with a project, and what was mended.
public struct DoctorReport: Codable, Sendable {
  /// One thing that is wrong.
  public struct Finding: Codable, Hashable, Sendable {
    /// What it is about: settings, library, model, file or access.
    public var area: Area
    /// What is wrong, in a few words.
    public var text: String
    /// What mending does about it; `nil` if nothing can be done without guessing.
    public var remedy: String?
    /// What a person can do about it.
    package var advice: Remedy?
    /// Whether it was mended.
    public var isMended = false

    private enum CodingKeys: CodingKey {
      case area, text, remedy, isMended
    }
  }

  /// What a finding is about.
  public enum Area: String, Codable, Sendable {
    case settings, library, model, file, access
  }

  /// The project.
  public var project: String
  /// Its folder.
  public var folder: String
  /// Takes whose events and notes were read.
  public var takes: Int
  /// Raw events that were read.
  public var events: Int
  /// Files of models whose digests were compared.
  public var models: Int
  /// What is wrong, or was.
  public var findings: [Finding]
  /// What was not checked and why, and other remarks.
  public var remarks: [String]
  /// Whether rounds learned from the music that they were judged by, so that other music should be held out.
  public var isHeldOutLeaking = false
  /// The backup that was made before anything was mended.
  public var backup: String?
  /// The program, and what it stands on here.
  public var programs: ProgramVersions? = ProgramVersions()
  /// Seconds that it took.
  public var wallSeconds: Double

  /// What is still wrong.
  public var open: [Finding] { findings.filter { !$0.isMended } }
}

extension DoctorReport {
  /// - Throws: ``WorkbenchError/unhealthy(project:problems:remedies:)`` if something is still wrong.
  public func requireHealth() throws {
    guard !open.isEmpty else { return }
    throw WorkbenchError.unhealthy(
      project: project, problems: open.count, remedies: open.count { $0.remedy != nil })
  }
}
