import COneDNN
import Foundation

/// oneDNN's handle on this machine's processors, and the order in which work is done on them.
@safe
final class Engine {
  let engine: dnnl_engine_t
  let stream: dnnl_stream_t
  /// Says that primitives bring their own scratchpads. oneDNN's own belongs to the thread that
  /// made the primitive, and another one may run it.
  let attributes: dnnl_primitive_attr_t

  init() throws {
    Self.useOneThread()
    var engine: dnnl_engine_t?
    try unsafe check(dnnl_engine_create(&engine, dnnl_cpu, 0), "start oneDNN")
    guard let engine = unsafe engine else {
      throw NetworkError.engine(action: "start oneDNN", status: 5)
    }
    unsafe self.engine = engine
    unsafe attributes = try Self.makeAttributes()
    var stream: dnnl_stream_t?
    let status = unsafe dnnl_stream_create(&stream, engine, dnnl_stream_default_flags.rawValue)
    guard status == dnnl_success, let stream = unsafe stream else {
      throw NetworkError.engine(action: "start oneDNN", status: status.rawValue)
    }
    unsafe self.stream = stream
  }

  /// Attributes that say that primitives bring their own scratchpads; the caller's to destroy.
  static func makeAttributes() throws -> dnnl_primitive_attr_t {
    var attributes: dnnl_primitive_attr_t?
    try unsafe check(dnnl_primitive_attr_create(&attributes), "start oneDNN")
    guard let attributes = unsafe attributes else {
      throw NetworkError.engine(action: "start oneDNN", status: 5)
    }
    try unsafe check(
      dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user),
      "start oneDNN")
    return unsafe attributes
  }

  /// Keeps what oneDNN does for the calling thread on it.
  ///
  /// OpenMP's other threads would spin while they wait; work is dealt out one level up instead.
  static func useOneThread() {
    _ = woodshed_set_threads(1)
  }

  deinit {
    unsafe dnnl_stream_destroy(stream)
    unsafe dnnl_primitive_attr_destroy(attributes)
    unsafe dnnl_engine_destroy(engine)
  }
}

/// Throws what a oneDNN status means.
func check(_ status: dnnl_status_t, _ action: @autoclosure () -> String) throws {
  guard status == dnnl_success else {
    throw NetworkError.engine(action: action(), status: status.rawValue)
  }
}

/// Floats at an address that fits whole cache lines, freed with the object.
///
/// Threads that share one keep to parts that do not overlap.
@safe
final class FloatBuffer: @unchecked Sendable {
  let pointer: UnsafeMutablePointer<Float>
  let count: Int

  /// `count` zeros.
  init(count: Int) {
    self.count = count
    let bytes = max(64, count * MemoryLayout<Float>.stride)
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    unsafe pointer = raw.bindMemory(to: Float.self, capacity: max(16, count))
    unsafe pointer.initialize(repeating: 0, count: max(16, count))
  }

  convenience init(_ values: [Float]) {
    self.init(count: values.count)
    unsafe values.withUnsafeBufferPointer { source in
      guard let base = source.baseAddress else { return }
      unsafe pointer.update(from: base, count: values.count)
    }
  }

  deinit {
    unsafe pointer.deallocate()
  }

  func zero() {
    unsafe pointer.update(repeating: 0, count: count)
  }

  func zero(from start: Int, count: Int) {
    precondition(start >= 0 && count >= 0 && start + count <= self.count)
    unsafe (pointer + start).update(repeating: 0, count: count)
  }

  func copy(from other: FloatBuffer) {
    precondition(other.count == count)
    unsafe pointer.update(from: other.pointer, count: count)
  }

  /// All of `other`, from `offset` on.
  func copy(_ other: FloatBuffer, at offset: Int) {
    copy(other.count, from: other.address(), at: offset)
  }

  /// `count` floats at `address`, from `offset` on.
  func copy(_ count: Int, from address: FloatAddress, at offset: Int = 0) {
    precondition(offset >= 0 && count >= 0 && offset + count <= self.count)
    unsafe (pointer + offset).update(from: address.pointer, count: count)
  }

  var values: [Float] {
    unsafe Array(UnsafeBufferPointer(start: pointer, count: count))
  }

  /// `count` values from `offset` on.
  func values(at offset: Int, count: Int) -> [Float] {
    precondition(offset >= 0 && count >= 0 && offset + count <= self.count)
    return unsafe Array(UnsafeBufferPointer(start: pointer + offset, count: count))
  }

  subscript(index: Int) -> Float {
    get {
      precondition(index >= 0 && index < count)
      return unsafe pointer[index]
    }
    set {
      precondition(index >= 0 && index < count)
      unsafe pointer[index] = newValue
    }
  }
}

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

  /// Memory laid out by `descriptor` over `buffer`, or over a new one of the size that it needs.
  init(
    _ descriptor: woodshed_const_desc, _ engine: Engine, over buffer: FloatBuffer? = nil,
    from offset: Int = 0
  ) throws {
    let size = unsafe dnnl_memory_desc_get_size(descriptor) / MemoryLayout<Float>.stride
    let buffer = buffer ?? FloatBuffer(count: size)
    precondition(offset >= 0 && offset + size <= buffer.count)
    self.buffer = buffer
    var raw: dnnl_memory_t?
    let status = unsafe dnnl_memory_create(
      &raw, descriptor, engine.engine, buffer.pointer + offset)
    guard status == dnnl_success, let raw = unsafe raw else {
      throw NetworkError.engine(action: "lay out memory", status: status.rawValue)
    }
    unsafe self.raw = raw
  }

  /// Memory whose place is said each time before it is used, by ``move(to:)``.
  convenience init(movable descriptor: woodshed_const_desc, _ engine: Engine) throws {
    var raw: dnnl_memory_t?
    let status = unsafe dnnl_memory_create(&raw, descriptor, engine.engine, nil)
    guard status == dnnl_success, let raw = unsafe raw else {
      throw NetworkError.engine(action: "lay out memory", status: status.rawValue)
    }
    unsafe self.init(raw: raw)
  }

  private init(raw: dnnl_memory_t) {
    unsafe self.raw = raw
    buffer = FloatBuffer(count: 0)
  }

  /// Works on the floats at `address` from now on.
  func move(to address: FloatAddress) throws {
    try unsafe check(dnnl_memory_set_data_handle(raw, address.pointer), "lay out memory")
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

/// A oneDNN primitive with the memories it works on.
@safe
final class Primitive {
  private let raw: dnnl_primitive_t
  private let arguments: UnsafeMutableBufferPointer<dnnl_exec_arg_t>
  /// Kept alive for as long as the primitive may run.
  private let memories: [Memory]

  init(
    _ descriptor: dnnl_primitive_desc_t, _ memories: [(Int32, Memory)], _ engine: Engine
  ) throws {
    var memories = memories
    if let scratchpad = unsafe woodshed_desc_of(descriptor, dnnl_query_scratchpad_md),
      unsafe dnnl_memory_desc_get_size(scratchpad) > 0
    {
      memories.append(
        (Int32(DNNL_ARG_SCRATCHPAD), try unsafe Memory(bytesOf: scratchpad, engine)))
    }
    var raw: dnnl_primitive_t?
    let status = unsafe dnnl_primitive_create(&raw, descriptor)
    guard status == dnnl_success, let raw = unsafe raw else {
      throw NetworkError.engine(action: "prepare the network", status: status.rawValue)
    }
    unsafe self.raw = raw
    self.memories = memories.map(\.1)
    unsafe arguments = .allocate(capacity: memories.count)
    for (index, memory) in memories.enumerated() {
      unsafe arguments.initializeElement(
        at: index, to: dnnl_exec_arg_t(arg: memory.0, memory: memory.1.raw))
    }
  }

  deinit {
    unsafe dnnl_primitive_destroy(raw)
    unsafe arguments.deallocate()
  }

  func run(on engine: Engine) throws {
    try unsafe check(
      dnnl_primitive_execute(
        raw, engine.stream, Int32(arguments.count), arguments.baseAddress), "run the network")
    try unsafe check(dnnl_stream_wait(engine.stream), "run the network")
  }
}

/// A copy from one layout, or one kind of number, into another.
@safe
final class Reorder {
  private let primitive: Primitive

  init(
    from source: (woodshed_const_desc, Memory), to target: (woodshed_const_desc, Memory),
    _ engine: Engine
  ) throws {
    var descriptor: dnnl_primitive_desc_t?
    try unsafe check(
      dnnl_reorder_primitive_desc_create(
        &descriptor, source.0, engine.engine, target.0, engine.engine, engine.attributes),
      "lay out weights")
    guard let descriptor = unsafe descriptor else {
      throw NetworkError.engine(action: "lay out weights", status: 5)
    }
    defer { unsafe dnnl_primitive_desc_destroy(descriptor) }
    primitive = try unsafe Primitive(
      descriptor, [(Int32(DNNL_ARG_FROM), source.1), (Int32(DNNL_ARG_TO), target.1)], engine)
  }

  func run(on engine: Engine) throws {
    try primitive.run(on: engine)
  }
}
