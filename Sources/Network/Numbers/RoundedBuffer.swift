import CSIMD

/// A buffer of bfloat16 numbers aligned to cache lines, freed with the object.
///
/// Threads that share one must keep to parts that do not overlap.
@safe
final class RoundedBuffer: @unchecked Sendable {
  let pointer: UnsafeMutablePointer<UInt16>
  let count: Int
  private let memory: AlignedMemory

  /// `count` zeros.
  init(count: Int) {
    self.count = count
    memory = AlignedMemory(bytes: count * MemoryLayout<UInt16>.stride)
    unsafe pointer = memory.start.bindMemory(to: UInt16.self, capacity: count)
  }

  var values: [UInt16] {
    unsafe Array(UnsafeBufferPointer(start: pointer, count: count))
  }

  func address(_ offset: Int = 0) -> RoundedAddress {
    precondition(offset >= 0 && offset <= count)
    return unsafe RoundedAddress(pointer: pointer + offset)
  }

  /// Rounds `count` floats at `address` into the elements from `offset` on.
  func round(_ count: Int, from address: FloatAddress, at offset: Int = 0) {
    precondition(offset >= 0 && count >= 0 && offset + count <= self.count)
    unsafe woodshed_round(VectorWidth.widest, address.pointer, pointer + offset, count)
  }
}

/// An address within a ``RoundedBuffer``.
@safe
struct RoundedAddress: NumberAddress, @unchecked Sendable {
  let pointer: UnsafeMutablePointer<UInt16>
  var raw: UnsafeMutableRawPointer { unsafe UnsafeMutableRawPointer(pointer) }
}
