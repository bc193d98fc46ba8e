import CSIMD

/// A weight matrix in 8 bits, packed for `woodshed_multiply`, with one scale for each output.
@safe
final class QuantisedWeights {
  /// `[panel][I/4][16][4]`, with I rounded up to a multiple of 64.
  private let values: UnsafeMutablePointer<UInt8>
  private let memory: AlignedMemory
  /// The quantisation step of each output, padded to whole panels.
  private let scales: FloatBuffer
  private let inputs: Int
  private let width: Int

  private static let panel = woodshed_panel
  /// The zero point.
  private static let zero: UInt8 = 128

  init(outputs: Int, inputs: Int) {
    self.inputs = inputs
    width = QuantisedRows.width(of: inputs)
    let padded = (outputs + Self.panel - 1) / Self.panel * Self.panel
    memory = AlignedMemory(bytes: padded * width)
    unsafe values = memory.start.bindMemory(to: UInt8.self, capacity: padded * width)
    unsafe values.initialize(repeating: Self.zero, count: padded * width)
    scales = FloatBuffer(count: padded)
  }

  /// Quantises an output's weights, `[I]`, to −127…127.
  func set(_ output: Int, from row: FloatAddress) {
    var peak: Float = 0
    for input in 0..<inputs { unsafe peak = max(peak, abs(row.pointer[input])) }
    scales[output] = peak / 127
    let first = output / Self.panel * Self.panel * width + output % Self.panel * 4
    func place(_ input: Int) -> Int { first + input / 4 * Self.panel * 4 + input % 4 }
    guard peak > 0 else {
      for input in 0..<inputs { unsafe values[place(input)] = Self.zero }
      return
    }
    for input in 0..<inputs {
      // Divide first: 127 / peak overflows for a tiny peak.
      let number = unsafe (row.pointer[input] / peak * 127).rounded()
      unsafe values[place(input)] = UInt8(Int(Self.zero) + Int(number))
    }
  }

  /// Computes some of the outputs of all rows of `x`, in rows of `y` that are `stride` apart.
  ///
  /// - Parameters:
  ///   - range: The outputs; it starts at a multiple of the panel size.
  ///   - start: The bias that the products are added to, `[O]`; `nil` to add them to `y`.
  func multiply(
    _ range: Range<Int>, _ x: QuantisedRows, start: FloatAddress?, to y: FloatAddress, stride: Int
  ) {
    let first = range.lowerBound
    unsafe x.withRows { kind, rows in
      unsafe woodshed_multiply(
        kind, values + first * width, scales.pointer + first, rows, start?.pointer, y.pointer,
        stride, range.count)
    }
  }
}

/// The other operand of a product in 8 bits: rows of activations, each quantised to −127…127 with a scale of
/// its own.
@safe
final class QuantisedRows {
  private var rows: woodshed_rows
  private let inputs: Int
  private let memory: AlignedMemory
  private let scales: FloatBuffer
  private let offsets: AlignedMemory
  /// The instructions that the product uses.
  private let kind: Int32

  /// Inputs rounded up to a multiple of 64.
  static func width(of inputs: Int) -> Int { (inputs + 63) / 64 * 64 }

  /// - Parameter kind: One of ``QuantisedProduct/kinds(for:)``.
  init(rows count: Int, inputs: Int, kind: Int) {
    self.inputs = inputs
    self.kind = Int32(kind)
    let width = Self.width(of: inputs)
    // All tiles have the same number of rows, up to 16.
    let groups = (count + 15) / 16
    let tileRows = kind == woodshed_by_tiles ? (count + groups - 1) / groups : 1
    let bytes = (kind == woodshed_by_tiles ? groups * tileRows : 2 * count) * width
    memory = AlignedMemory(bytes: bytes)
    scales = FloatBuffer(count: count)
    offsets = AlignedMemory(bytes: count * MemoryLayout<Int32>.stride)
    unsafe rows = woodshed_rows(
      values: memory.start, scales: scales.pointer,
      offsets: offsets.start.bindMemory(to: Int32.self, capacity: count), rows: count,
      inputs: width, tile_rows: tileRows)
  }

  /// Quantises a row, `[I]`; different threads may do different rows.
  func set(_ row: Int, from numbers: FloatAddress) {
    unsafe withRows { kind, rows in
      unsafe woodshed_quantise(kind, numbers.pointer, inputs, rows, row)
    }
  }

  fileprivate func withRows(_ body: (Int32, UnsafePointer<woodshed_rows>) -> Void) {
    unsafe withUnsafePointer(to: rows) { unsafe body(kind, $0) }
  }
}
