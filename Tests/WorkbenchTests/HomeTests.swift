import Disk
import Foundation
import Library
import TestBed
import Testing

@testable import Workbench

/// Where projects are made and templates found.
@Suite struct HomeTests {
  private let folder = FileManager.default.temporaryDirectory
    .appending(path: "woodshed-\(UUID().uuidString)", directoryHint: .isDirectory)
  private let root = URL(filePath: "/", directoryHint: .isDirectory)

  /// An installed woodshed: templates in `share`, and a person's home folder.
  private func install() throws -> [String: String] {
    try TinyWorkbench.make(in: folder.appending(path: "build"))
    try FileManager.default.createDirectory(
      at: folder.appending(path: "share/woodshed"), withIntermediateDirectories: true)
    try FileManager.default.moveItem(
      at: folder.appending(path: "build/Templates"),
      to: folder.appending(path: "share/woodshed/Templates"))
    try FileManager.default.createDirectory(
      at: folder.appending(path: "me"), withIntermediateDirectories: true)
    return [
      "HOME": folder.appending(path: "me").path(),
      // What does not begin at the root is ignored.
      "XDG_DATA_DIRS": "share:\(folder.appending(path: "share").path())",
    ]
  }

  private func path(_ name: String) -> String {
    folder.appending(path: name).standardizedFileURL.path()
  }

  @Test func anInstalledOneMakesProjectsInThePersonsFolder() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let environment = try install()
    let home = try Home.find(from: root, environment: environment, program: root)
    #expect(
      home.folder.standardizedFileURL.path(percentEncoded: false).hasPrefix(path("me/woodshed")))
    #expect(home.templateNames == ["tiny"] && home.projectNames.isEmpty)
    // Nothing is there before it is needed.
    #expect(!home.folder.isFolder)
    try Project.make(named: "blues", from: "tiny", in: home).library.close()
    #expect(
      FileManager.default.fileExists(atPath: path("me/woodshed/Projects/blues/project.toml")))
    let again = try Home.find(from: root, environment: environment, program: root)
    #expect(again.projectNames == ["blues"])
  }

  @Test func theVariableNamesAFolderThatIsThere() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    var environment = try install()
    environment["WOODSHED_HOME"] = path("stick")
    #expect(throws: WorkbenchError.wrongHome(path: path("stick"))) {
      try Home.find(from: root, environment: environment, program: root)
    }
    try FileManager.default.createDirectory(
      at: folder.appending(path: "stick"), withIntermediateDirectories: true)
    let home = try Home.find(from: root, environment: environment, program: root)
    #expect(home.folder.standardizedFileURL.path().hasPrefix(path("stick")))
    try Project.make(named: "blues", from: "tiny", in: home).library.close()
    #expect(FileManager.default.fileExists(atPath: path("stick/Projects/blues/project.toml")))
  }

  @Test func theCheckoutThatHoldsTheProgramIsItsOwn() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let environment = try install()
    let checkout = folder.appending(path: "checkout")
    try TinyWorkbench.make(in: checkout)
    let home = try Home.find(
      from: root, environment: environment,
      program: checkout.appending(path: ".build/release", directoryHint: .isDirectory))
    #expect(home.folder.standardizedFileURL.path().hasPrefix(path("checkout")))
  }

  @Test func oneTemplateOfOnesOwnComesFirst() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let environment = try install()
    let home = try Home.find(from: root, environment: environment, program: root)
    #expect(!home.isOwnTemplate("tiny"))
    let shared = try home.template(named: "tiny").settings.sha256
    let weights = folder.appending(path: "share/woodshed/Templates/tiny/base.safetensors").path()
    _ = try home.adoptBase(weights, asTemplate: "tiny")
    #expect(home.isOwnTemplate("tiny") && home.templateNames == ["tiny"])
    #expect(try home.template(named: "tiny").settings.description == "A base of your own.")
    #expect(!shared.isEmpty)
  }

  @Test func withoutTemplatesThereIsNone() throws {
    #expect(throws: WorkbenchError.homeNotFound(start: "/")) {
      try Home.find(
        from: root, environment: ["HOME": "/nowhere", "XDG_DATA_DIRS": "/nowhere"], program: root)
    }
  }
}
