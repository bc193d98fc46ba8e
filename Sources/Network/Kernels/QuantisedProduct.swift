import COneDNN
import CSIMD

/// y `[R, O]` = b + x `[R, I]` · Wᵀ, with W and x in 8 bits: a quarter of the memory that has to come to
/// the processor, and four times the products in an instruction, or 32 times in tiles.
///
/// x is made of parts, each with a matrix of its own. Of these each output's weights are rounded to −127…127
/// times a number of its own, and so is each row of a part of x. Sums are exact, so a row's do not depend
/// on the others.
final class QuantisedProduct {
  /// A part of x and where its W `[O, I]` begins among the network's weights.
  struct Part {
    var inputs: Int
    var start: Int
  }

  private let rows: Int
  private let outputs: Int
  private let parts: [Part]
  private let parameters: FloatBuffer
  /// The row of W that each output is made with; `nil` where that is its own.
  private let order: [Int]?
  private let weights: [QuantisedWeights]
  private let x: [QuantisedRows]
  private let team: Team
  /// Outputs that are taken at a time, whole panels: a few microseconds.
  private let outputsOfPart: Int

  /// Whether this processor has the instructions.
  static let isAvailable = Engine.has(dnnl_cpu_isa_avx2) && woodshed_has_avx2() != 0

  /// Whether it has those that multiply and sum at once, in vectors of 512 bits.
  static let hasDotProducts =
    isAvailable && Engine.has(dnnl_cpu_isa_avx512_core_vnni) && woodshed_has_vnni() != 0

  /// The same in vectors of 256.
  private static let hasSmallDotProducts =
    isAvailable && (Engine.has(dnnl_cpu_isa_avx2_vnni) || hasDotProducts)
    && woodshed_has_avx_vnni() != 0

  /// Whether it has those that do so for 16 rows.
  private static let hasTiles =
    hasDotProducts && Engine.has(dnnl_cpu_isa_avx512_core_amx) && woodshed_has_tiles() != 0

  /// The instructions that there are, the fastest for `rows` rows last.
  static func kinds(for rows: Int) -> [Int] {
    var kinds = [woodshed_by_avx2]
    if hasSmallDotProducts { kinds.append(woodshed_by_avx_vnni) }
    if hasDotProducts { kinds.append(woodshed_by_vnni) }
    // A single row waits for the weights.
    if hasTiles, rows > 1 { kinds.append(woodshed_by_tiles) }
    return kinds
  }

  /// - Parameters:
  ///   - rows: R.
  ///   - parts: What x is made of, of 1 input each or more.
  ///   - order: The row of W that each output is made with; by default its own.
  ///   - parameters: All the network's weights.
  ///   - kind: One of ``kinds(for:)``; by default the fastest.
  ///   - team: Shares out the outputs.
  init(
    rows: Int, parts: [Part], outputs: Int, order: [Int]? = nil, parameters: FloatBuffer,
    kind: Int? = nil, on team: Team
  ) {
    self.rows = rows
    self.outputs = outputs
    self.parts = parts
    self.order = order
    self.parameters = parameters
    self.team = team
    let kind = kind ?? Self.kinds(for: rows).last ?? woodshed_by_avx2
    weights = parts.map { QuantisedWeights(outputs: outputs, inputs: $0.inputs) }
    x = parts.map { QuantisedRows(rows: rows, inputs: $0.inputs, kind: kind) }
    let panels = (outputs + woodshed_panel - 1) / woodshed_panel
    outputsOfPart = max(8, (panels + Team.mostParts - 1) / Team.mostParts) * woodshed_panel
  }

  /// Takes over weights that have changed.
  func refresh() {
    for (part, weights) in zip(parts, weights) {
      for output in 0..<outputs {
        weights.set(
          output, from: parameters.address(part.start + (order?[output] ?? output) * part.inputs))
      }
    }
  }

  /// - Parameters:
  ///   - x: The parts of x, `[R, I]` each.
  ///   - start: b `[O]`.
  ///   - y: Takes the sums.
  func run(from x: [FloatAddress], start: FloatAddress, to y: FloatAddress) throws {
    try take(x)
    let size = outputsOfPart
    try team.share((outputs + size - 1) / size) { part in
      let first = part * size
      multiply(
        first..<min(outputs, first + size), start: start.advanced(by: first),
        to: y.advanced(by: first), stride: outputs)
    }
  }

  /// Rounds x, to be multiplied then: its parts, `[R, I]` each.
  func take(_ x: [FloatAddress]) throws {
    try team.inParts(rows, isLong: false) { range in
      for (target, (part, source)) in zip(self.x, zip(parts, x)) {
        for row in range { target.set(row, from: source.advanced(by: row * part.inputs)) }
      }
    }
  }

  /// Makes some outputs, from a whole panel on, in rows that are `stride` apart.
  ///
  /// - Parameter start: b of these outputs.
  func multiply(_ range: Range<Int>, start: FloatAddress, to y: FloatAddress, stride: Int) {
    for (index, (weights, x)) in zip(weights, x).enumerated() {
      weights.multiply(
        range, x, start: index == 0 ? start : nil, to: y, stride: stride)
    }
  }
}
