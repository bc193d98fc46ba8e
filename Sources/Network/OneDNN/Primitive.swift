import COneDNN

/// A oneDNN primitive with its arguments.
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
      unsafe woodshed_dnnl_memory_desc_get_size(scratchpad) > 0
    {
      memories.append(
        (Int32(DNNL_ARG_SCRATCHPAD), try unsafe Memory(bytesOf: scratchpad, engine)))
    }
    var raw: dnnl_primitive_t?
    let status = unsafe woodshed_dnnl_primitive_create(&raw, descriptor)
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
    unsafe woodshed_dnnl_primitive_destroy(raw)
    unsafe arguments.deallocate()
  }

  func run(on engine: Engine) throws {
    try unsafe check(
      woodshed_dnnl_primitive_execute(
        raw, engine.stream, Int32(arguments.count), arguments.baseAddress), "run the network")
    try unsafe check(woodshed_dnnl_stream_wait(engine.stream), "run the network")
  }
}

/// A oneDNN reorder: a copy into another layout or element type.
@safe
final class Reorder {
  private let primitive: Primitive

  init(
    from source: (woodshed_const_desc, Memory), to target: (woodshed_const_desc, Memory),
    _ engine: Engine
  ) throws {
    var descriptor: dnnl_primitive_desc_t?
    try unsafe check(
      woodshed_dnnl_reorder_primitive_desc_create(
        &descriptor, source.0, engine.engine, target.0, engine.engine, engine.attributes),
      "lay out weights")
    guard let descriptor = unsafe descriptor else {
      throw NetworkError.engine(action: "lay out weights", status: dnnl_runtime_error.rawValue)
    }
    defer { unsafe woodshed_dnnl_primitive_desc_destroy(descriptor) }
    primitive = try unsafe Primitive(
      descriptor, [(Int32(DNNL_ARG_FROM), source.1), (Int32(DNNL_ARG_TO), target.1)], engine)
  }

  func run(on engine: Engine) throws {
    try primitive.run(on: engine)
  }
}
