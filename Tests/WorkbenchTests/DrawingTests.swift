import Foundation
import Library
import Terminal
import Testing

@testable import Console
@testable import Workbench

@Suite struct DrawingTests {
  @Test(arguments: [60, 80, 200])
  func theListIsAsWideAsThePageAndEachTakeHasItsShape(columns: Int) throws {
    let bench = try Bench()
    let project = try bench.projectWithMusic(takes: 3)
    let list = try project.takes(matching: TakeFilter(), withShapes: true)
    let lines = list.drawing(on: Page(columns: columns, rows: 24)).map(\.text)
    #expect(lines.count == 5)
    #expect(lines.allSatisfy { $0.count <= columns })
    #expect(lines[1...3].allSatisfy { $0.contains { "▁▂▃▄▅▆▇█".contains($0) } }, "\(lines)")
    #expect(lines.last == list.totals)
    // Elsewhere than on a terminal nothing has changed.
    #expect(try project.takes(matching: TakeFilter()).text == list.text)
    withExtendedLifetime(bench) {}
  }

  @Test func aShapeCountsEveryNote() throws {
    let bench = try Bench()
    let project = try bench.projectWithMusic(takes: 2)
    let shapes = try project.library.shapes(of: [1, 2, 99], parts: 7)
    #expect(Set(shapes.keys) == [1, 2])
    for (take, shape) in shapes {
      #expect(try shape.counts.reduce(0, +) == project.library.notes(of: take).count)
      #expect(zip(shape.counts, shape.velocities).allSatisfy { ($0 > 0) == ($1 > 0) })
    }
    withExtendedLifetime(bench) {}
  }

  @Test(arguments: [(60, 24), (80, 24), (200, 60)])
  func aTakeIsDrawnOverItsFacts(columns: Int, rows: Int) throws {
    let bench = try Bench()
    let project = try bench.projectWithMusic(takes: 1)
    let detail = try project.show(.number(1))
    let lines = detail.drawing(on: Page(columns: columns, rows: rows)).map(\.text)
    #expect(lines.allSatisfy { $0.count <= columns })
    #expect(lines.first == detail.title)
    #expect(lines.contains { $0.contains { ("\u{2801}"..."\u{28FF}").contains($0) } })
    #expect(lines.contains { $0.contains("notes per second") })
    withExtendedLifetime(bench) {}
  }
}
