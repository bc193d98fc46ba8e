internal import CFluidSynth
internal import Disk
public import Foundation

/// A file of sampled instruments, SoundFont 2 or 3.
public struct SoundFont: Hashable, Sendable {
  /// The file.
  public let file: URL

  /// The folders where Debian's packages and users put SoundFonts, in the order of searching.
  public static let folders = [
    "/usr/share/sounds/sf2", "/usr/share/sounds/sf3", "/usr/share/soundfonts",
    "~/.local/share/soundfonts",
  ]

  /// The preferred files, in order: the system's choice (update-alternatives), then those of
  /// fluid-soundfont-gm, musescore-general-soundfont and timgm6mb-soundfont.
  static let preferred = [
    "default-GM.sf2", "default-GM.sf3", "FluidR3_GM.sf2", "MuseScore_General.sf3", "TimGM6mb.sf2",
  ]

  /// The SoundFont at `path`.
  ///
  /// - Throws: `SynthError.badSoundFont`, `.notInstalled`.
  public init(path: String) throws(SynthError) {
    try Instrument.listen()
    let expanded = URL(named: path).plainPath
    guard unsafe woodshed_fluid_is_soundfont(expanded) != 0 else {
      throw .badSoundFont(path: expanded)
    }
    // Resolve links, so that a default like default-GM.sf2 is shown by its own name.
    file = URL(filePath: expanded).resolvingSymlinksInPath()
  }

  /// Finds the SoundFont at `path`, or without a path the preferred one on this machine.
  ///
  /// - Throws: `SynthError.badSoundFont`, `.noSoundFont`, `.notInstalled`.
  public static func find(
    path: String? = nil, in folders: [String] = folders
  ) throws(SynthError) -> SoundFont {
    if let path { return try SoundFont(path: path) }
    try Instrument.listen()
    let places = folders.map { URL(named: $0).plainPath }
    for place in places {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
      let found = names.filter { $0.hasSuffix(".sf2") || $0.hasSuffix(".sf3") }.sorted {
        (rank(of: $0), $0) < (rank(of: $1), $1)
      }
      for name in found {
        if let font = try? SoundFont(path: place + "/" + name) { return font }
      }
    }
    throw .noSoundFont(folders: folders)
  }

  private static func rank(of name: String) -> Int {
    preferred.firstIndex(of: name) ?? preferred.count
  }
}
