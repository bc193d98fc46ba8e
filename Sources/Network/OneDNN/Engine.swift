import COneDNN
import Foundation

/// A oneDNN CPU engine with its stream.
@safe
final class Engine {
  let engine: dnnl_engine_t
  let stream: dnnl_stream_t
  /// Attributes with user-managed scratchpads: a scratchpad of oneDNN's own belongs to the thread that
  /// created the primitive, and another thread may run it.
  let attributes: dnnl_primitive_attr_t

  init() throws {
    Self.useOneThread()
    var engine: dnnl_engine_t?
    try unsafe check(woodshed_dnnl_engine_create(&engine, dnnl_cpu, 0), "start oneDNN")
    guard let engine = unsafe engine else {
      throw NetworkError.engine(action: "start oneDNN", status: dnnl_runtime_error.rawValue)
    }
    unsafe self.engine = engine
    unsafe attributes = try Self.makeAttributes()
    var stream: dnnl_stream_t?
    let status = unsafe woodshed_dnnl_stream_create(
      &stream, engine, dnnl_stream_default_flags.rawValue)
    guard status == dnnl_success, let stream = unsafe stream else {
      throw NetworkError.engine(action: "start oneDNN", status: status.rawValue)
    }
    unsafe self.stream = stream
  }

  /// Makes attributes with user-managed scratchpads; the caller destroys them.
  static func makeAttributes() throws -> dnnl_primitive_attr_t {
    var attributes: dnnl_primitive_attr_t?
    try unsafe check(woodshed_dnnl_primitive_attr_create(&attributes), "start oneDNN")
    guard let attributes = unsafe attributes else {
      throw NetworkError.engine(action: "start oneDNN", status: dnnl_runtime_error.rawValue)
    }
    try unsafe check(
      woodshed_dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user),
      "start oneDNN")
    return unsafe attributes
  }

  /// Whether oneDNN uses this instruction set on this machine.
  static func has(_ instructions: dnnl_cpu_isa_t) -> Bool {
    // oneDNN's numbers hold a bit for each set of instructions that another one includes.
    woodshed_dnnl_get_effective_cpu_isa().rawValue & instructions.rawValue == instructions.rawValue
  }

  /// Whether oneDNN is installed here, in the version that this program was compiled for.
  static let isInstalled = woodshed_dnnl_is_there() != 0

  /// Limits oneDNN to the calling thread.
  ///
  /// OpenMP's other threads would spin while they wait; a ``ThreadPool`` shares out the work instead.
  static func useOneThread() {
    _ = woodshed_set_threads(1)
  }

  deinit {
    unsafe woodshed_dnnl_stream_destroy(stream)
    unsafe woodshed_dnnl_primitive_attr_destroy(attributes)
    unsafe woodshed_dnnl_engine_destroy(engine)
  }
}

/// Throws ``NetworkError/engine(action:status:)`` unless a oneDNN call succeeded,
/// ``NetworkError/notInstalled(package:)`` where there is no oneDNN.
func check(_ status: dnnl_status_t, _ action: @autoclosure () -> String) throws {
  guard status == dnnl_success else {
    guard Engine.isInstalled else {
      throw NetworkError.notInstalled(package: "libdnnl\(DNNL_VERSION_MAJOR)")
    }
    throw NetworkError.engine(action: action(), status: status.rawValue)
  }
}
