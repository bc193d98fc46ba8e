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
      throw NetworkError.engine(action: "start oneDNN", status: dnnl_runtime_error.rawValue)
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
      throw NetworkError.engine(action: "start oneDNN", status: dnnl_runtime_error.rawValue)
    }
    try unsafe check(
      dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user),
      "start oneDNN")
    return unsafe attributes
  }

  /// Whether oneDNN uses these instructions here.
  static func has(_ instructions: dnnl_cpu_isa_t) -> Bool {
    // oneDNN's numbers hold a bit for each set of instructions that another one includes.
    dnnl_get_effective_cpu_isa().rawValue & instructions.rawValue == instructions.rawValue
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
