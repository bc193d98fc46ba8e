import Disk
import Foundation
import Network
import Player
import TestBed

@testable import Rounds
@testable import Workbench

/// A workbench in a temporary folder with one template, whose base is a very small network.
final class Bench: Sendable {
  let folder: URL
  let home: Home

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appending(path: "woodshed-\(UUID().uuidString)", directoryHint: .isDirectory)
    try TinyWorkbench.make(in: folder)
    home = try Home.find(from: folder, environment: ["XDG_DATA_DIRS": "/nowhere"])
  }

  deinit {
    try? FileManager.default.removeItem(at: folder)
  }

  func project(_ name: String = "blues") throws -> Project {
    try Project.make(named: name, from: "tiny", in: home)
  }

  /// Writes a made-up pianist's takes as MIDI files; gives back their folder.
  func music(takes: Int, seconds: Double = 10) throws -> String {
    let music = folder.appending(path: "midi")
    var random = SeededGenerator(seed: 7)
    try TinyWorkbench.writeMusic(0..<takes, seconds: seconds, to: music, using: &random)
    return music.plainPath
  }

  /// A project with some takes in it, and settings under which training is quick.
  func projectWithMusic(takes: Int = 8) throws -> Project {
    let project = try project()
    let report = try project.importFiles(at: [music(takes: takes)]) { _ in true }
    precondition(report.added == takes)
    return project
  }

  /// Lets the base play takes into a project; gives back their numbers.
  func generated(_ count: Int, in project: Project, seed: UInt64 = 3) throws -> [Int64] {
    var request = GenerateRequest()
    request.takes.count = count
    request.takes.seconds = 5
    request.seed = seed
    request.model = .base
    return try project.generate(request) { _ in true }.takes.map(\.number)
  }

  static var quickSettings: TuneSettings {
    var settings = TuneSettings()
    settings.passes = 3
    settings.lanes = 4
    settings.steps = 32
    settings.learningRate = 0.01
    settings.dropout = 0
    settings.anchor = 0
    settings.varietyMinutes = 0.2
    return settings
  }
}
