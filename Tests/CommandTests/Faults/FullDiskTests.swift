import Foundation
import Glibc
import Testing

/// A file system that is really full: what can be read is read, all else says one sentence, and goes
/// on when there is room.
@Suite(.enabled(if: geteuid() == 0, "a small file system can only be mounted as root"))
struct FullDiskTests {
  @Test(arguments: FaultStage.all)
  func aFullDiskLosesNothing(stage: FaultStage) throws {
    let bench = try stage.bench()
    let small = bench.folder.appending(path: "small")
    let filler = bench.projects.appending(path: "filler")
    try FileManager.default.moveItem(at: bench.projects, to: small)
    try FileManager.default.createDirectory(
      at: bench.projects, withIntermediateDirectories: false)
    try #require(
      tool("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", bench.projects.systemPath) == 0)
    defer { tool("umount", "-l", bench.projects.systemPath) }
    try FileManager.default.copyItem(
      at: small.appending(path: "blues"), to: bench.project)
    let before = try LibraryState(of: bench)
    tool("sh", "-c", "cat /dev/zero > \(filler.systemPath) 2> /dev/null")

    if stage.library == nil { #expect(try bench.run(["takes"]).status == 0) }
    let outcome = try bench.run(stage.arguments)
    #expect(outcome.status == 1)
    let sentence = outcome.error.split(separator: "\n").last ?? ""
    #expect(sentence.contains(#/^cannot .+: .*(the disk is full; |make )/#), "\(outcome.error)")

    try FileManager.default.removeItem(at: filler)
    try bench.expectWhole(before, isKilled: false, stage.name)
    #expect(try !stage.isDone(before, bench))
    let next = try bench.run(stage.next(in: bench))
    #expect(next.status == 0, "\(next.error)")
    #expect(try stage.isDone(before, bench))
    try bench.expectWhole(before, isKilled: false, stage.name)
  }
}
