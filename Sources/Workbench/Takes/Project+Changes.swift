import Library

/// What has changed in a library.
public struct TakeChanges: Codable, Sendable {
  /// The takes that are new, were judged, or whose verdict was taken back, in the order of their numbers.
  public var takes: [TakeLine]
  /// Whether ``takes`` is all that has changed; else the list is to be read again: takes were deleted, set
  /// aside or released.
  public var isAll: Bool
  /// Takes in the library in all.
  public var total: Int
}

/// Watches a project's library, whoever writes it: this process or another.
public struct ChangeWatch: Sendable {
  private let project: Project
  private var version: LibraryVersion
  private var contents: LibraryContents

  /// Watches from now on.
  ///
  /// - Throws: `LibraryError`.
  public init(of project: Project) throws {
    self.project = project
    // The version is read first: what is written between the two is then seen as a change.
    version = try project.library.version()
    contents = try project.library.contents()
  }

  /// What has changed since it was last asked for; `nil` for nothing. Cheap enough to be asked for several
  /// times a second.
  ///
  /// - Throws: `LibraryError`.
  public mutating func next() throws -> TakeChanges? {
    let library = project.library
    let version = try library.version()
    guard version != self.version else { return nil }
    let contents = try library.contents()
    let (before, wasVersion) = (self.contents, self.version)
    (self.version, self.contents) = (version, contents)
    guard contents != before else { return nil }
    do {
      let takes = try library.takes(judgedAfter: before.lastVerdict, orAfter: before.lastTake)
      let new = takes.count { $0 > before.lastTake }
      return TakeChanges(
        takes: try takes.compactMap { try library.take($0).map(TakeLine.init) },
        isAll: contents.takes == before.takes + new && contents.heldOut == before.heldOut,
        total: contents.takes)
    } catch {
      // What could not be read is looked for again.
      (self.version, self.contents) = (wasVersion, before)
      throw error
    }
  }
}
