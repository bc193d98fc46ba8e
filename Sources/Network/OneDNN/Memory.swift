import COneDNN

/// A oneDNN memory descriptor, freed with the object.
@safe
final class Descriptor {
  let raw: woodshed_desc

  init(
    _ dims: [Int], _ tag: dnnl_format_tag_t, _ precision: Precision = .float32
  ) throws {
    var raw: woodshed_desc?
    let wide = dims.map(Int64.init)
    let type = precision == .bfloat16 ? dnnl_bf16 : dnnl_f32
    let status = unsafe woodshed_desc_create(&raw, Int32(dims.count), wide, type, tag)
    guard status == dnnl_success, let raw = unsafe raw else {
      throw NetworkError.engine(action: "lay out memory", status: status.rawValue)
    }
    unsafe self.raw = raw
  }

  /// The same, for reading.
  var view: woodshed_const_desc { unsafe woodshed_desc_view(raw) }

  deinit {
    unsafe woodshed_desc_destroy(raw)
  }
}

/// A oneDNN memory: numbers and how they lie.
@safe
final class Memory {
  let raw: dnnl_memory_t
  /// Where they are; kept alive by this object.
  let buffer: FloatBuffer
  private let owner: RoundedBuffer?

  /// Memory laid out by `descriptor` over `buffer`, or over a new one of the size that it needs.
  convenience init(
    _ descriptor: woodshed_const_desc, _ engine: Engine, over buffer: FloatBuffer? = nil,
    from offset: Int = 0
  ) throws {
    let size = unsafe dnnl_memory_desc_get_size(descriptor) / MemoryLayout<Float>.stride
    let buffer = buffer ?? FloatBuffer(count: size)
    precondition(offset >= 0 && offset + size <= buffer.count)
    try unsafe self.init(descriptor, engine, buffer, at: buffer.pointer + offset)
  }

  /// The same over numbers in bfloat16.
  convenience init(
    _ descriptor: woodshed_const_desc, _ engine: Engine, over buffer: RoundedBuffer
  ) throws {
    precondition(
      unsafe dnnl_memory_desc_get_size(descriptor) / MemoryLayout<UInt16>.stride <= buffer.count)
    try unsafe self.init(
      descriptor, engine, FloatBuffer(count: 0), at: buffer.pointer, keeping: buffer)
  }

  /// Memory whose place is said each time before it is used, by ``move(to:)``.
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
    let status = unsafe dnnl_memory_create(&raw, descriptor, engine.engine, pointer)
    guard status == dnnl_success, let raw = unsafe raw else {
      throw NetworkError.engine(action: "lay out memory", status: status.rawValue)
    }
    unsafe self.raw = raw
  }

  /// Whether it lies as `descriptor` says.
  func lies(as descriptor: woodshed_const_desc) -> Bool {
    var own: woodshed_const_desc?
    guard unsafe dnnl_memory_get_memory_desc(raw, &own) == dnnl_success, let own = unsafe own
    else { return false }
    return unsafe dnnl_memory_desc_equal(own, descriptor) != 0
  }

  /// Works on the numbers at `address` from now on.
  func move(to address: some NumberAddress) throws {
    try unsafe check(dnnl_memory_set_data_handle(raw, address.raw), "lay out memory")
  }

  /// New memory of any kind of element.
  convenience init(bytesOf descriptor: woodshed_const_desc, _ engine: Engine) throws {
    let bytes = unsafe dnnl_memory_desc_get_size(descriptor)
    try unsafe self.init(
      descriptor, engine, over: FloatBuffer(count: (bytes + 3) / MemoryLayout<Float>.stride))
  }

  deinit {
    unsafe dnnl_memory_destroy(raw)
  }
}
