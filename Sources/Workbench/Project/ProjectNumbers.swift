public import Foundation
import Library

/// The numbers of a project's takes and rounds, newest first: what may be typed where one is named.
///
/// Looking them up writes nothing.
public struct ProjectNumbers: Sendable {
  /// The last takes.
  public var takes: [Int64]
  /// The rounds.
  public var rounds: [Int]

  /// Looks up the rounds and the last `limit` takes of the project that ``Project/find(named:from:)`` opens.
  ///
  /// - Throws: What ``Project/folder(named:from:)`` throws; `LibraryError`.
  public init(ofProject name: String?, from start: URL = .currentDirectory(), limit: Int = 99)
    throws
  {
    let folder = try Project.folder(named: name, from: start)
    let library = try TakeLibrary.openReadOnly(at: folder.appending(path: TakeLibrary.fileName))
    takes = try library.takes(matching: TakeQuery(limit: limit)).map(\.number)
    rounds = try library.rounds().map(\.number).sorted(by: >)
  }
}
