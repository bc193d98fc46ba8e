import CSIMD

/// What a stack of layers reads: for each token its row of `[V, E]`, and with a context the sum of its
/// numbers over the rows of `[F, E]`.
///
/// Inputs are of some of the `N` lanes each, `[T, n, E]`, as the layers that read them are.
@safe
struct EmbeddingLayer: Sendable {
  private let width: Int
  private let steps: Int
  private let lanes: Int
  /// Where the rows of the tokens and those of the context are among the parameters.
  private let table: Range<Int>
  private let contextTable: Range<Int>

  /// The embedding of a network of `shape` over a chunk of `T` steps of `N` lanes.
  init(of shape: NetworkShape, steps: Int, lanes: Int) {
    let offsets = shape.offsets
    width = shape.embedding
    self.steps = steps
    self.lanes = lanes
    table = offsets["embedding.weight"] ?? 0..<0
    contextTable = offsets["context.embedding.weight"] ?? 0..<0
  }

  /// Tokens `[T, N]` and what is told after each → the input of some of the lanes.
  func run(
    _ tokens: [UInt16], _ context: ContextRows?, of parameters: FloatBuffer,
    lanes part: Range<Int>, into input: FloatBuffer
  ) {
    let (rows, contextRows) = (
      parameters.address(table.lowerBound), parameters.address(contextTable.lowerBound)
    )
    forEachRow(of: part) { place, row in
      let target = input.address(place * width)
      unsafe target.pointer.update(
        from: rows.pointer + Int(tokens[row]) * width, count: width)
      context?.addRows(of: row, of: contextRows, width: width, columns: 0..<width, to: target)
    }
  }

  /// Gradients of the rows, from those of the inputs of all lanes.
  func runBackward(
    _ tokens: [UInt16], _ context: ContextRows?,
    from inputs: [(lanes: Range<Int>, gradients: FloatBuffer)], to gradients: FloatBuffer
  ) {
    gradients.zero(from: table.lowerBound, count: table.count)
    let rows = gradients.address(table.lowerBound)
    for (part, dInput) in inputs {
      forEachRow(of: part) { place, row in
        let target = unsafe rows.pointer + Int(tokens[row]) * width
        let source = unsafe dInput.pointer + place * width
        unsafe woodshed_add(VectorWidth.widest, width, target, source, 1)
      }
    }
    guard let context else { return }
    gradients.zero(from: contextTable.lowerBound, count: contextTable.count)
    let target = gradients.address(contextTable.lowerBound)
    inParts(width) { columns in
      for (part, dInput) in inputs {
        forEachRow(of: part) { place, row in
          context.add(
            dInput.address(place * width), width: width, columns: columns, toRowsOf: row,
            of: target)
        }
      }
    }
  }

  /// Gives `body` the rows of some lanes: the place in their input, and step · N + lane.
  private func forEachRow(of part: Range<Int>, _ body: (_ place: Int, _ row: Int) -> Void) {
    for step in 0..<steps {
      for (index, lane) in part.enumerated() {
        body(step * part.count + index, step * lanes + lane)
      }
    }
  }
}
