import Glibc

/// Zeroed memory aligned to cache lines (64 bytes), freed with the object.
@safe
final class AlignedMemory {
  let start: UnsafeMutableRawPointer
  /// The whole mapping, when it comes from `mmap`; `nil` when it comes from the heap.
  private let mapped: UnsafeMutableRawBufferPointer?

  /// The size of a huge page, 2 MiB.
  private static let page = 1 << 21

  /// Allocates at least `bytes` and at least a cache line.
  ///
  /// From a quarter of a huge page on it is mapped with `MADV_HUGEPAGE`: scattered small pages can compete
  /// for the same cache sets, which slows a product that reads its operands again and again. It comes from
  /// `mmap`, since the heap would keep such memory after it is freed.
  init(bytes: Int) {
    unsafe mapped = bytes >= Self.page / 4 ? Self.map(bytes: bytes + Self.page) : nil
    if let base = unsafe mapped?.baseAddress {
      let place = UInt(bitPattern: base)
      let page = UInt(Self.page)
      let offset = Int((place + page - 1) / page * page - place)
      unsafe start = base + offset
      _ = unsafe madvise(start, (bytes + Self.page - 1) / Self.page * Self.page, MADV_HUGEPAGE)
    } else {
      let count = max(64, bytes)
      unsafe start = .allocate(byteCount: count, alignment: 64)
      unsafe start.initializeMemory(as: UInt8.self, repeating: 0, count: count)
    }
  }

  deinit {
    if let mapped = unsafe mapped {
      unsafe munmap(mapped.baseAddress, mapped.count)
    } else {
      unsafe start.deallocate()
    }
  }

  /// Maps `bytes`, rounded up to whole huge pages, of zeros; `nil` when the system refuses.
  private static func map(bytes: Int) -> UnsafeMutableRawBufferPointer? {
    let count = (bytes + page - 1) / page * page
    let start = unsafe mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let start = unsafe start, unsafe start != MAP_FAILED else { return nil }
    return unsafe UnsafeMutableRawBufferPointer(start: start, count: count)
  }
}
