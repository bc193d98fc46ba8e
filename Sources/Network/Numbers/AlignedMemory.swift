import Glibc

/// Memory for numbers, all of them 0 at first, at an address that fits whole cache lines; freed with the
/// object.
@safe
final class AlignedMemory {
  let start: UnsafeMutableRawPointer
  /// What was asked of the system for it; `nil` where it is the heap's.
  private let mapped: UnsafeMutableRawBufferPointer?

  /// A large page.
  private static let page = 1 << 21

  /// At least `bytes` and at least a cache line.
  ///
  /// Where there is much, it is asked for in large pages: what a product reads again and again would else
  /// lie in pages that happen to want the same places of the processor's cache. The heap would keep such
  /// memory when it is freed.
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

  /// Whole pages of zeros, with one more than were asked for; `nil` when the system has none.
  private static func map(bytes: Int) -> UnsafeMutableRawBufferPointer? {
    let count = (bytes + page - 1) / page * page
    let start = unsafe mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let start = unsafe start, unsafe start != MAP_FAILED else { return nil }
    return unsafe UnsafeMutableRawBufferPointer(start: start, count: count)
  }
}
