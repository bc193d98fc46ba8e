import COneDNN
import CSIMD

/// y `[R, O]` += x `[R, I]` · Wᵀ, with W in 8 bits and x in 15: a quarter of the memory that has to
/// come to the processor, and twice the products in an instruction, of 32 bits.
///
/// Each output's weights are rounded to −127…127 times a number of its own, and each row of x to as
/// many steps as can be summed in 32 bits. Sums are exact, so a row's do not depend on the others.
@safe
final class QuantisedProduct {
  /// A part of x and where its part of W `[O, I]` begins among the network's weights.
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
  /// All inputs, rounded up to whole blocks.
  private let width: Int
  private let weights: QuantisedWeights
  /// x, first as it is and then rounded, `[R, width]`.
  private let gathered: FloatBuffer
  private let rounded: UnsafeMutablePointer<Int16>
  /// What 1 stands for in each row, `[R]`.
  private let scales: FloatBuffer
  private let team: Team
  /// With which instructions.
  private let kind: Int32
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
  ///   - parts: What x is made of.
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
    self.kind = Int32(kind ?? Self.kinds(for: rows).last ?? woodshed_by_avx2)
    width = (parts.reduce(0) { $0 + $1.inputs } + 63) / 64 * 64
    weights = QuantisedWeights(outputs: outputs, inputs: width)
    self.team = team
    let panels = (outputs + woodshed_panel - 1) / woodshed_panel
    outputsOfPart = max(8, (panels + Team.mostParts - 1) / Team.mostParts) * woodshed_panel
    gathered = FloatBuffer(count: rows * width)
    scales = FloatBuffer(count: rows)
    // Whole tiles are read.
    let count = (rows + 15) / 16 * 16 * width
    let memory = unsafe NumberMemory.allocate(bytes: count * MemoryLayout<Int16>.stride)
    unsafe rounded = memory.bindMemory(to: Int16.self, capacity: count)
    unsafe rounded.initialize(repeating: 0, count: count)
  }

  deinit {
    unsafe rounded.deallocate()
  }

  /// Takes over weights that have changed.
  func refresh() {
    var row = Array(repeating: Float(0), count: width)
    for output in 0..<outputs {
      var next = 0
      for part in parts {
        let start = part.start + (order?[output] ?? output) * part.inputs
        for input in 0..<part.inputs { row[next + input] = parameters[start + input] }
        next += part.inputs
      }
      weights.set(output, row)
    }
  }

  /// - Parameters:
  ///   - x: The parts of x, `[R, I]` each.
  ///   - y: What the products are added to.
  func run(from x: [FloatAddress], to y: FloatAddress) throws {
    try take(x)
    let size = outputsOfPart
    try team.share((outputs + size - 1) / size) { part in
      let first = part * size
      multiply(
        first..<min(outputs, first + size), to: y.advanced(by: first),
        stride: outputs)
    }
  }

  /// Rounds x, to be multiplied then: its parts, `[R, I]` each.
  func take(_ x: [FloatAddress]) throws {
    try team.inParts(rows, isLong: false) { range in
      for row in range {
        var next = row * width
        for (part, source) in zip(parts, x) {
          gathered.copy(
            part.inputs, from: source.advanced(by: row * part.inputs), at: next)
          next += part.inputs
        }
        scales[row] = unsafe woodshed_quantise(
          kind, gathered.pointer + row * width, rounded + row * width, width, weights.mostInput)
      }
    }
  }

  /// Adds the products of some outputs, from a whole panel on, to rows that are `stride` apart.
  func multiply(_ range: Range<Int>, to y: FloatAddress, stride: Int) {
    let first = range.lowerBound
    unsafe woodshed_multiply(
      kind, weights.values + first * width, weights.scales.pointer + first, rounded,
      scales.pointer, y.pointer, stride, rows, width, range.count)
  }
}

/// A matrix in 8 bits, laid out for `woodshed_multiply`.
@safe
final class QuantisedWeights {
  /// `[panel][I/4][16][4]`
  let values: UnsafeMutablePointer<Int8>
  /// What 1 stands for in each output, up to the last panel's end.
  let scales: FloatBuffer
  /// The largest number that inputs are rounded to: I of its products with 127 fit into 32 bits.
  let mostInput: Float
  private let inputs: Int

  private static let panel = woodshed_panel

  init(outputs: Int, inputs: Int) {
    self.inputs = inputs
    let padded = (outputs + Self.panel - 1) / Self.panel * Self.panel
    let memory = unsafe NumberMemory.allocate(bytes: padded * inputs)
    unsafe values = memory.bindMemory(to: Int8.self, capacity: padded * inputs)
    unsafe values.initialize(repeating: 0, count: padded * inputs)
    scales = FloatBuffer(count: padded)
    mostInput = Float(min(16383, Int(Int32.max) / (127 * inputs)))
  }

  deinit {
    unsafe values.deallocate()
  }

  /// Rounds an output's weights, `[I]`.
  func set(_ output: Int, _ row: [Float]) {
    let peak = row.reduce(0) { max($0, abs($1)) }
    scales[output] = peak / 127
    let first = output / Self.panel * Self.panel * inputs + output % Self.panel * 4
    for (input, value) in row.enumerated() {
      let place = first + input / 4 * Self.panel * 4 + input % 4
      unsafe values[place] = peak > 0 ? Int8((value / peak * 127).rounded()) : 0
    }
  }
}
