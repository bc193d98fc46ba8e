internal import CSndFile

/// An MP3 file being written, stereo with a variable bit rate, by libsndfile.
@safe final class MP3File {
  private let file: OpaquePointer
  private var isOpen = true

  /// Whether libsndfile writes MP3 here: it does from 1.1 on, if it is built with LAME.
  static let isSupported: Bool = {
    var info = woodshed_mp3_info(44100)
    return unsafe woodshed_sf_is_there() != 0 && woodshed_sf_format_check(&info) != 0
  }()

  /// - Parameters:
  ///   - rate: Frames per second.
  ///   - quality: 0…1; 0.5 was 66 kbit/s for six minutes of piano.
  /// - Returns: `nil` when the file cannot be made; ``complaint`` says why.
  init?(path: String, rate: Int, quality: Double) {
    var info = woodshed_mp3_info(Int32(rate))
    guard Self.isSupported, let file = unsafe woodshed_sf_open(path, Int32(SFM_WRITE), &info) else {
      return nil
    }
    unsafe woodshed_set_mp3_level(file, 1 - min(1, max(0, quality)))
    unsafe self.file = file
  }

  deinit {
    close()
  }

  /// Adds frames, left and right in turns.
  ///
  /// - Returns: Whether all of them were taken.
  func write(_ frames: [Float]) -> Bool {
    let count = sf_count_t(frames.count / 2)
    return unsafe woodshed_sf_writef_float(file, frames, count) == count
  }

  /// Writes what is still to be written; nothing more can be added.
  ///
  /// - Returns: Whether it could be written.
  @discardableResult
  func close() -> Bool {
    guard isOpen else { return true }
    isOpen = false
    return unsafe woodshed_sf_close(file) == 0
  }

  /// What libsndfile said when it could not make a file.
  static var complaint: String {
    guard isSupported else { return "libsndfile, which writes MP3, is not installed" }
    return unsafe String(cString: woodshed_sf_strerror(nil))
  }
}
