import Foundation
import Testing

/// The first command of README.md, for root without sudo and for a user who has it.
@Suite struct FirstCommandTests {
  @Test(arguments: ["sh", "bash"], [false, true])
  func itInstallsAndRuns(shell: String, hasSudo: Bool) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "first-\(UUID())")
    defer { try? FileManager.default.removeItem(at: folder) }
    let bin = folder.appending(path: "bin")
    try FileManager.default.createDirectory(at: bin, withIntermediateDirectories: true)
    let log = folder.appending(path: "log").path()
    func stub(_ name: String, _ text: String) throws {
      let file = bin.appending(path: name)
      try "#!/bin/sh\n\(text)\n".write(to: file, atomically: true, encoding: .utf8)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path())
    }
    let noted = "echo \"$SUDO $(basename \"$0\") $*\" >> '\(log)'"
    try stub("apt-get", noted)
    try stub("swift", noted)
    if hasSudo { try stub("sudo", "SUDO=sudo exec \"$@\"") }
    for tool in ["sh", "basename"] {
      try FileManager.default.createSymbolicLink(
        atPath: bin.appending(path: tool).path(), withDestinationPath: "/bin/\(tool)")
    }
    let readme = try String(
      contentsOf: Program.checkout.appending(path: "README.md"), encoding: .utf8)
    let line = try #require(
      readme.split(separator: "\n").first { $0.hasSuffix("swift run -c release woodshed tour") })
    let process = Process()
    process.executableURL = URL(filePath: "/bin/\(shell)")
    process.arguments = ["-c", String(line)]
    process.environment = ["PATH": bin.path()]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let done = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
    let by = hasSudo ? "sudo " : " "
    #expect(done.count == 3)
    #expect(done.first == "\(by)apt-get update")
    #expect(done.dropFirst().first?.hasPrefix("\(by)apt-get install -y libasound2-dev ") == true)
    #expect(done.last == " swift run -c release woodshed tour")
  }
}
