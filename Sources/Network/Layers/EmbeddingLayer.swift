import CSIMD

/// The embedding of tokens and context features: the token's row of `[V, E]` plus the features `[F]` times
/// `[F, E]`.
@safe
struct EmbeddingLayer: Sendable {
  private let width: Int
  /// The ranges of `[V, E]` and of `[F, E]` among the parameters.
  private let table: Range<Int>
  private let contextTable: Range<Int>

  /// The embedding of a network of `shape`.
  init(of shape: NetworkShape) {
    let offsets = shape.offsets
    width = shape.embedding
    table = offsets["embedding.weight"] ?? 0..<0
    contextTable = offsets["context.embedding.weight"] ?? 0..<0
  }

  /// Tokens `[R]` and context rows → the first layer's input `[R, E]`, for some of the rows.
  func run(
    _ tokens: [UInt16], _ context: ContextRows?, of parameters: FloatBuffer, rows: Range<Int>,
    into input: FloatBuffer
  ) {
    let (table, contextTable) = (
      parameters.address(table.lowerBound), parameters.address(contextTable.lowerBound)
    )
    for row in rows {
      let target = input.address(row * width)
      unsafe target.pointer.update(
        from: table.pointer + Int(tokens[row]) * width, count: width)
      context?.addRows(of: row, of: contextTable, width: width, columns: 0..<width, to: target)
    }
  }

  /// Computes the gradients of both tables from those of the input `[R, E]`.
  func runBackward(
    _ tokens: [UInt16], _ context: ContextRows?, from dInput: FloatBuffer,
    to gradients: FloatBuffer, on team: ThreadPool
  ) throws {
    gradients.zero(from: table.lowerBound, count: table.count)
    let rows = gradients.address(table.lowerBound)
    gradients.zero(from: contextTable.lowerBound, count: contextTable.count)
    let contextRows = gradients.address(contextTable.lowerBound)
    try team.inParts(width) { columns in
      for (row, token) in tokens.enumerated() {
        unsafe woodshed_add(
          VectorWidth.widest, columns.count,
          rows.pointer + Int(token) * width + columns.lowerBound,
          dInput.pointer + row * width + columns.lowerBound, 1)
        context?.add(
          dInput.address(row * width), width: width, columns: columns, toRowsOf: row,
          of: contextRows)
      }
    }
  }
}
