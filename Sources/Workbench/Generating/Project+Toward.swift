import Disk
import Foundation
import Library
import MIDI
import Performance
import Player
import Rounds
import Work

extension Project {
  /// The gauge of a name that somebody has typed.
  ///
  /// - Throws: ``WorkbenchError``, `LibraryError`.
  func gauge(named name: String) throws -> Gauge {
    try Gauge(named: name) { try notesToCompareWith($0) }
  }

  /// The notes of a take or of a MIDI file.
  private func notesToCompareWith(_ name: String) throws -> [Note] {
    guard TakeName(name) == nil else {
      return try sourceTake(named: name, to: "compare with").notes
    }
    let file = MusicFile(at: try URL(musicFile: name, for: "compare with a file"))
    guard let notes = file.performances.first(where: { !$0.soundingNotes.isEmpty })?.soundingNotes
    else {
      throw WorkbenchError.noMusic(path: name, cause: file.reason ?? "it holds no notes")
    }
    return notes
  }

  /// The unsteered takes that a gauge is measured by, of a model under the settings of a call.
  func unsteered(
    by chosen: ChosenModel, dial: Double?, _ settings: TakeSettings, after primer: [UInt16] = [],
    count: Int = UnsteeredTakes.count
  ) throws -> UnsteeredTakes {
    var settings = settings
    settings.count = count
    let others = chosen.otherDigests.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    return UnsteeredTakes(
      networks: chosen.networks,
      model: ([chosen.digest, "dial \(dial ?? 1)"] + others).joined(separator: ", "),
      settings: settings, primer: primer, playedKeys: try library.playedKeys())
  }

  /// Steering toward a gauge, measured by what the model plays unsteered.
  ///
  /// - Throws: ``WorkbenchError``, `NetworkError`, `WrongValue`.
  func steering(
    toward gauge: Gauge, strength: Double, from unsteered: UnsteeredTakes,
    progress: @escaping ProgressHandler
  ) throws -> GaugeSteering {
    let sign = strength == 0 ? nil : strength > 0 ? "up" : "down"
    let calibration = try GaugeCache(in: cache).calibration(
      of: gauge, on: ([unsteered.key()] + [sign].compactMap(\.self)).joined(separator: " "),
      playing: { try unsteeredNotes(unsteered, progress: progress) },
      pulling: sign.map { sign in
        { calibration in
          let pull = GaugeCalibration.trialPull * (sign == "up" ? 1 : -1)
          let steering = GaugeSteering(gauge: gauge, calibration: calibration, pull: pull)
          return try unsteered.pulled(by: steering.competition, progress: progress)
        }
      })
    return GaugeSteering(gauge: gauge, calibration: calibration, strength: strength)
  }

  /// The notes of unsteered takes, from the cache if they are there.
  ///
  /// - Throws: ``WorkbenchError/stopped(doing:)``, `NetworkError`, `WrongValue`.
  func unsteeredNotes(_ unsteered: UnsteeredTakes, progress: @escaping ProgressHandler) throws
    -> [[Note]]
  {
    try GaugeCache(in: cache).notes(of: unsteered.key(), count: unsteered.settings.count) {
      try unsteered.play(progress: progress)
    }
  }
}
