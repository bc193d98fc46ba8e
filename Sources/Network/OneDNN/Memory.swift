import COneDNN

/// A oneDNN memory descriptor, freed with the object.
@safe
final class Descriptor {
  let raw: woodshed_desc
  /// Elements from the first to the last inclusive; `nil` when oneDNN's own size is right.
  private(set) var extent: Int?

  convenience init(
    _ dims: [Int], _ tag: dnnl_format_tag_t, _ precision: Precision = .float32
  ) throws {
    try unsafe self.init {
      unsafe woodshed_desc_create(
        &$0, Int32(dims.count), dims.map(Int64.init), Self.type(precision), tag)
    }
  }

  /// - Parameter strides: The distance between neighbours in each dimension, in elements.
  convenience init(
    _ dims: [Int], strides: [Int], _ precision: Precision = .float32
  ) throws {
    try unsafe self.init {
      unsafe woodshed_desc_create_strided(
        &$0, Int32(dims.count), dims.map(Int64.init), Self.type(precision),
        strides.map(Int64.init))
    }
    extent = zip(dims, strides).reduce(1) { $0 + ($1.0 - 1) * $1.1 }
  }

  private init(_ create: (inout woodshed_desc?) -> dnnl_status_t) throws {
    var raw: woodshed_desc?
    let status = unsafe create(&raw)
    guard status == dnnl_success, let raw = unsafe raw else {
      throw NetworkError.engine(action: "lay out memory", status: status.rawValue)
    }
    unsafe self.raw = raw
  }

  private static func type(_ precision: Precision) -> dnnl_data_type_t {
    precision == .bfloat16 ? dnnl_bf16 : dnnl_f32
  }

  /// The descriptor as oneDNN's read-only type.
  var view: woodshed_const_desc { unsafe woodshed_desc_view(raw) }

  deinit {
    unsafe woodshed_desc_destroy(raw)
  }
}

/// A oneDNN memory object: a buffer and its layout.
@safe
final class Memory {
  let raw: dnnl_memory_t
  /// The buffer, kept alive by this object; empty when ``owner`` or the caller has it.
  let buffer: FloatBuffer
  private let owner: RoundedBuffer?

  /// A memory of layout `descriptor` over `buffer`, or over a new buffer of the size needed.
  ///
  /// - Parameter extent: ``Descriptor/extent``, for strided layouts: oneDNN's size reaches to the end of the
  ///   last row, which may lie outside the buffer.
  convenience init(
    _ descriptor: woodshed_const_desc, _ engine: Engine, over buffer: FloatBuffer? = nil,
    from offset: Int = 0, extent: Int? = nil
  ) throws {
    let size =
      unsafe extent ?? (woodshed_dnnl_memory_desc_get_size(descriptor) / MemoryLayout<Float>.stride)
    let buffer = buffer ?? FloatBuffer(count: size)
    precondition(offset >= 0 && offset + size <= buffer.count)
    try unsafe self.init(descriptor, engine, buffer, at: buffer.pointer + offset)
  }

  /// A memory of layout `descriptor` over a buffer in bfloat16.
  convenience init(
    _ descriptor: woodshed_const_desc, _ engine: Engine, over buffer: RoundedBuffer,
    from offset: Int = 0
  ) throws {
    let size = unsafe woodshed_dnnl_memory_desc_get_size(descriptor) / MemoryLayout<UInt16>.stride
    precondition(offset >= 0 && offset + size <= buffer.count)
    try unsafe self.init(
      descriptor, engine, FloatBuffer(count: 0), at: buffer.pointer + offset, keeping: buffer)
  }

  /// A memory without a buffer: ``move(to:)`` sets its address before each use.
  convenience init(movable descriptor: woodshed_const_desc, _ engine: Engine) throws {
    try unsafe self.init(descriptor, engine, FloatBuffer(count: 0), at: nil)
  }

  private init(
    _ descriptor: woodshed_const_desc, _ engine: Engine, _ buffer: FloatBuffer,
    at pointer: UnsafeMutableRawPointer?, keeping owner: RoundedBuffer? = nil
  ) throws {
    self.buffer = buffer
    self.owner = owner
    var raw: dnnl_memory_t?
    let status = unsafe woodshed_dnnl_memory_create(&raw, descriptor, engine.engine, pointer)
    guard status == dnnl_success, let raw = unsafe raw else {
      throw NetworkError.engine(action: "lay out memory", status: status.rawValue)
    }
    unsafe self.raw = raw
  }

  /// Whether it has the layout `descriptor`.
  func lies(as descriptor: woodshed_const_desc) -> Bool {
    var own: woodshed_const_desc?
    guard unsafe woodshed_dnnl_memory_get_memory_desc(raw, &own) == dnnl_success,
      let own = unsafe own
    else { return false }
    return unsafe woodshed_dnnl_memory_desc_equal(own, descriptor) != 0
  }

  /// Sets the address of its elements.
  func move(to address: some NumberAddress) throws {
    try unsafe check(woodshed_dnnl_memory_set_data_handle(raw, address.raw), "lay out memory")
  }

  /// A memory over a new buffer, whatever the descriptor's element type.
  convenience init(bytesOf descriptor: woodshed_const_desc, _ engine: Engine) throws {
    let bytes = unsafe woodshed_dnnl_memory_desc_get_size(descriptor)
    try unsafe self.init(
      descriptor, engine, over: FloatBuffer(count: (bytes + 3) / MemoryLayout<Float>.stride))
  }

  deinit {
    unsafe woodshed_dnnl_memory_destroy(raw)
  }
}
