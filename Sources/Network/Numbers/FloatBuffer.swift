import CSIMD
import Glibc

/// A buffer of floats aligned to cache lines, freed with the object.
///
/// Threads that share one must keep to parts that do not overlap.
@safe
final class FloatBuffer: @unchecked Sendable {
  let pointer: UnsafeMutablePointer<Float>
  let count: Int
  private let memory: AlignedMemory

  /// `count` zeros.
  init(count: Int) {
    self.count = count
    memory = AlignedMemory(bytes: count * MemoryLayout<Float>.stride)
    unsafe pointer = memory.start.bindMemory(to: Float.self, capacity: count)
  }

  convenience init(_ values: [Float]) {
    self.init(count: values.count)
    unsafe values.withUnsafeBufferPointer { source in
      guard let base = source.baseAddress else { return }
      unsafe pointer.update(from: base, count: values.count)
    }
  }

  /// `other` if it has `count` elements, else a new buffer of `count` zeros.
  static func shared(_ other: FloatBuffer?, count: Int) -> FloatBuffer {
    other.flatMap { $0.count == count ? $0 : nil } ?? FloatBuffer(count: count)
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

  /// Copies all of `other` to the elements from `offset` on.
  func copy(_ other: FloatBuffer, at offset: Int) {
    copy(other.count, from: other.address(), at: offset)
  }

  /// Copies `count` floats at `address` to the elements from `offset` on.
  func copy(_ count: Int, from address: FloatAddress, at offset: Int = 0) {
    precondition(offset >= 0 && count >= 0 && offset + count <= self.count)
    unsafe (pointer + offset).update(from: address.pointer, count: count)
  }

  /// Overwrites `numbers`, which has as many elements.
  func copy(to numbers: inout [Float]) {
    precondition(numbers.count == count)
    unsafe numbers.withUnsafeMutableBufferPointer {
      unsafe $0.baseAddress?.update(from: pointer, count: count)
    }
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

/// The address of numbers of some type.
protocol NumberAddress: Sendable {
  var raw: UnsafeMutableRawPointer { get }
}

/// An address within a ``FloatBuffer``; threads that share one must keep to parts that do not overlap.
@safe
struct FloatAddress: NumberAddress, @unchecked Sendable {
  let pointer: UnsafeMutablePointer<Float>
  var raw: UnsafeMutableRawPointer { unsafe UnsafeMutableRawPointer(pointer) }

  func advanced(by count: Int) -> FloatAddress {
    unsafe FloatAddress(pointer: pointer + count)
  }
}

extension FloatBuffer {
  /// Sums `rows` rows of `width` floats, `stride` apart, into the `width` elements from `offset` on.
  func sumRows(
    _ rows: Int, of source: FloatAddress, width: Int, stride: Int? = nil, at offset: Int
  ) {
    zero(from: offset, count: width)
    for row in 0..<rows {
      unsafe woodshed_add(
        VectorWidth.widest, width, pointer + offset, source.pointer + row * (stride ?? width), 1)
    }
  }

  /// Gathers rows in place: row i becomes what row `parents[i]` was. Rows have `width` floats and start at
  /// `offset`.
  func selectRows(_ parents: [Int], width: Int, at offset: Int = 0) {
    let count = parents.count
    precondition(parents.allSatisfy { 0 <= $0 && $0 < count }, "got \(parents)")
    let before = FloatBuffer(count: count * width)
    before.copy(before.count, from: address(offset))
    for (row, parent) in parents.enumerated() where row != parent {
      copy(width, from: before.address(parent * width), at: offset + row * width)
    }
  }

  /// Adds `number` times `other` element by element, within `range` of both.
  func add(_ other: FloatBuffer, times number: Float, in range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= min(count, other.count))
    unsafe woodshed_add(
      VectorWidth.widest, range.count, pointer + range.lowerBound,
      other.pointer + range.lowerBound, number)
  }

  /// Writes the element-wise product of two buffers, within `range` of all three.
  func product(of one: FloatBuffer, _ other: FloatBuffer, in range: Range<Int>) {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= min(count, one.count, other.count))
    for index in range { unsafe pointer[index] = one.pointer[index] * other.pointer[index] }
  }

  func address(_ offset: Int = 0) -> FloatAddress {
    precondition(offset >= 0 && offset <= count)
    return unsafe FloatAddress(pointer: pointer + offset)
  }
}
