import Glibc
import LibFuzzer

/// Hands bytes that libFuzzer makes up to one of the readers: `fuzz TARGET [libFuzzer's arguments]`.
@main
enum Fuzz {
  /// What can be fuzzed, by name.
  private static let targets: [String: any FuzzTarget.Type] = [
    "midi": MIDIFileTarget.self,
    "weights": WeightsTarget.self,
    "state": TrainingStateTarget.self,
    "settings": SettingsTarget.self,
    "tokens": TokensTarget.self,
    "events": StoredEventsTarget.self,
    "grams": GramsTarget.self,
  ]

  static func main() {
    var arguments = CommandLine.arguments
    guard arguments.count > 1, let target = targets[arguments[1]] else {
      print("usage: fuzz \(targets.keys.sorted().joined(separator: "|")) [libFuzzer's arguments]")
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

/// A reader of bytes from outside, with what must hold whatever they are.
protocol FuzzTarget: SendableMetatype {
  /// Reads the bytes; traps where something does not hold.
  static func run(_ bytes: [UInt8])
}

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

  /// Bytes that begin with an odd number are a container's inside, its header up to the first zero
  /// and what comes after it; `magic` and the header's length are put before them. All others are
  /// a file as they are, without their first byte.
  ///
  /// So that the fuzzer need not guess the length at each change.
  static func container(_ bytes: [UInt8], magic: [UInt8] = []) -> [UInt8] {
    guard let first = bytes.first else { return [] }
    let rest = bytes.dropFirst()
    guard first & 1 == 1 else { return Array(rest) }
    let header = rest.prefix { $0 != 0 }
    let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
    return magic + length + header + rest.dropFirst(header.count + 1)
  }
}
