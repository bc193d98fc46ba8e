package import Foundation
import Library
import MIDI
import MadeUpPianist
package import Network

/// A workbench for tests: a folder with `Projects` and one template, `tiny`, whose base is a very small
/// untrained network.
package enum TinyWorkbench {
  /// Makes the workbench in a folder, which need not exist.
  package static func make(in folder: URL) throws {
    let template = folder.appending(path: "Templates/tiny")
    for new in [template, folder.appending(path: "Projects")] {
      try FileManager.default.createDirectory(at: new, withIntermediateDirectories: true)
    }
    let weights = template.appending(path: "base.safetensors")
    try Checkpoint.write(
      Weights(
        shape: NetworkShape(vocabulary: 388, embedding: 16, hidden: 16, layers: 2), seed: 1),
      to: weights, as: .float16)
    try """
    name = "tiny"
    description = "A base that knows nothing."
    weights = "base.safetensors"
    sha256 = "\(Digest.sha256(ofFileAt: weights))"
    """.write(to: template.appending(path: "template.toml"), atomically: true, encoding: .utf8)
  }

  /// Writes a made-up pianist's takes as MIDI files, `NUMBER.mid`, into a folder, which need not exist.
  package static func writeMusic(
    _ takes: Range<Int>, seconds: Double, to folder: URL, using random: inout SeededGenerator
  ) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for take in takes {
      let events = Pianist().take(seconds: seconds, using: &random)
      try Data(StandardMIDIFile.bytes(of: events, name: "take \(take)"))
        .write(to: folder.appending(path: "\(take).mid"))
    }
  }
}
