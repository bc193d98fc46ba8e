import Glibc
import LibFuzzer

/// Hands bytes that libFuzzer makes up to one of the readers: `fuzz TARGET [libFuzzer's arguments]`.
@main
enum Fuzz {
  static func main() {
    var arguments = CommandLine.arguments
    guard arguments.count > 1, let target = fuzzTargets[arguments[1]] else {
      print(
        "usage: fuzz \(fuzzTargets.keys.sorted().joined(separator: "|")) [libFuzzer's arguments]")
      return
    }
    arguments.remove(at: 1)
    unsafe chosen = target
    woodshed_count_allocations()
    var pointers = unsafe arguments.map { unsafe strdup($0) } + [nil]
    var count = CInt(arguments.count)
    let status = unsafe pointers.withUnsafeMutableBufferPointer { buffer -> CInt in
      var base = buffer.baseAddress
      return unsafe LLVMFuzzerRunDriver(&count, &base) { data, size in
        unsafe Fuzz.run(Array(UnsafeBufferPointer(start: data, count: size)))
        return 0
      }
    }
    exit(status)
  }

  private static func run(_ bytes: [UInt8]) {
    unsafe chosen?.run(bytes)
  }
}

/// Set once before the first run.
nonisolated(unsafe) private var chosen: (any FuzzTarget.Type)?

extension FuzzTarget {
  /// Runs `work`, which must not have more memory at one time than so many bytes for each byte of
  /// input, and a megabyte.
  static func bounding<Result>(
    _ bytes: [UInt8], perByte: Int, _ work: () -> Result
  ) -> Result {
    _ = woodshed_peak_since_last()
    let result = work()
    let peak = woodshed_peak_since_last()
    let limit = 1 << 20 + perByte * bytes.count
    precondition(peak <= limit, "\(peak) bytes of memory for \(bytes.count) bytes of input")
    return result
  }
}
