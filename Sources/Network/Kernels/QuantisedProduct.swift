import COneDNN
import CSIMD

/// The product y `[R, O]` = b + x `[R, I]` · Wᵀ with W and x in 8 bits: a quarter of the memory traffic of 32
/// bits, and four times the multiplications in an instruction, or 32 times with AMX tiles.
///
/// x consists of parts, each with a matrix of its own. Each output's weights in a matrix, and each row of a
/// part of x, are quantised to −127…127 with a scale of their own. Integer sums are exact, so a row's result
/// does not depend on the other rows.
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
  /// The row of W that each output uses; `nil` for the identity.
  private let order: [Int]?
  private let weights: [QuantisedWeights]
  private let x: [QuantisedRows]
  private let team: ThreadPool
  /// Outputs in a piece of work, whole panels: a few microseconds.
  private let outputsOfPart: Int

  /// Whether this processor has the instructions needed at least, AVX2.
  static let isAvailable = Engine.has(dnnl_cpu_isa_avx2) && woodshed_has_avx2() != 0

  /// Whether it has AVX-512 VNNI, dot products in vectors of 512 bits.
  static let hasDotProducts =
    isAvailable && Engine.has(dnnl_cpu_isa_avx512_core_vnni) && woodshed_has_vnni() != 0

  /// Whether it has AVX-VNNI, the same in vectors of 256 bits.
  private static let hasSmallDotProducts =
    isAvailable && (Engine.has(dnnl_cpu_isa_avx2_vnni) || hasDotProducts)
    && woodshed_has_avx_vnni() != 0

  /// Whether it has AMX tiles of 16 rows.
  private static let hasTiles =
    hasDotProducts && Engine.has(dnnl_cpu_isa_avx512_core_amx) && woodshed_has_tiles() != 0

  /// The kinds of instructions available, `woodshed_by_…`, the fastest for `rows` rows last.
  static func kinds(for rows: Int) -> [Int] {
    var kinds = [woodshed_by_avx2]
    if hasSmallDotProducts { kinds.append(woodshed_by_avx_vnni) }
    if hasDotProducts { kinds.append(woodshed_by_vnni) }
    // A single row is bound by memory, so tiles would gain nothing.
    if hasTiles, rows > 1 { kinds.append(woodshed_by_tiles) }
    return kinds
  }

  /// - Parameters:
  ///   - rows: R.
  ///   - parts: The parts of x, of 1 input or more each.
  ///   - order: The row of W that each output uses; by default the row of its own number.
  ///   - parameters: All the network's weights.
  ///   - kind: One of ``kinds(for:)``; by default the fastest.
  ///   - team: The threads that share the outputs.
  init(
    rows: Int, parts: [Part], outputs: Int, order: [Int]? = nil, parameters: FloatBuffer,
    kind: Int? = nil, on team: ThreadPool
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
    outputsOfPart =
      max(8, (panels + ThreadPool.mostParts - 1) / ThreadPool.mostParts) * woodshed_panel
  }

  /// Quantises the weights again after they have changed.
  func refresh() {
    for (part, weights) in zip(parts, weights) {
      for output in 0..<outputs {
        weights.set(
          output, from: parameters.address(part.start + (order?[output] ?? output) * part.inputs))
      }
    }
  }

  /// Computes all outputs.
  ///
  /// - Parameters:
  ///   - x: The parts of x, `[R, I]` each.
  ///   - start: b `[O]`.
  ///   - y: Receives the results, `[R, O]`.
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

  /// Quantises the parts of x, `[R, I]` each, for ``multiply(_:start:to:stride:)``.
  func take(_ x: [FloatAddress]) throws {
    try team.inParts(rows, isLong: false) { range in
      for (target, (part, source)) in zip(self.x, zip(parts, x)) {
        for row in range { target.set(row, from: source.advanced(by: row * part.inputs)) }
      }
    }
  }

  /// Computes some of the outputs, in rows of `y` that are `stride` apart.
  ///
  /// - Parameters:
  ///   - range: The outputs; it starts at a multiple of the panel size.
  ///   - start: b of these outputs.
  func multiply(_ range: Range<Int>, start: FloatAddress, to y: FloatAddress, stride: Int) {
    for (index, (weights, x)) in zip(weights, x).enumerated() {
      weights.multiply(
        range, x, start: index == 0 ? start : nil, to: y, stride: stride)
    }
  }
}
