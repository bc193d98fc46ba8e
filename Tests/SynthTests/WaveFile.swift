import Foundation

/// The sound in a RIFF WAVE file of 16 bits; the least that these tests need.
struct WaveFile {
  var sampleRate = 0
  /// Left and right after each other, −1…1.
  var samples: [Float] = []

  init(at file: URL) throws {
    let bytes = [UInt8](try Data(contentsOf: file))
    func number(_ at: Int, _ count: Int) -> Int {
      (0..<count).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) }
    }
    guard bytes.starts(with: "RIFF".utf8), bytes[8...].starts(with: "WAVE".utf8) else {
      throw CocoaError(.fileReadCorruptFile)
    }
    var at = 12
    while at + 8 <= bytes.count {
      let length = number(at + 4, 4)
      if bytes[at...].starts(with: "fmt ".utf8) { sampleRate = number(at + 12, 4) }
      if bytes[at...].starts(with: "data".utf8) {
        samples = stride(from: at + 8, to: at + 8 + length, by: 2).map {
          Float(Int16(truncatingIfNeeded: number($0, 2))) / 32768
        }
      }
      at += 8 + length
    }
  }

  var seconds: Double { Double(samples.count / 2) / Double(sampleRate) }

  /// The largest amplitude, 0…1.
  var peak: Float { samples.reduce(0) { max($0, abs($1)) } }

  /// The mean power between two times in seconds.
  func power(from: Double, to: Double) -> Double {
    let first = max(0, Int(from * Double(sampleRate)) * 2)
    let last = min(samples.count, Int(to * Double(sampleRate)) * 2)
    guard first < last else { return 0 }
    return samples[first..<last].reduce(0.0) { $0 + Double($1) * Double($1) } / Double(last - first)
  }

  /// When notes begin, in seconds: where within 5 ms power rises eightfold over what the 20 ms before
  /// had at most, 80 ms after the last rise at the earliest.
  var onsets: [Double] {
    let window = 0.0025
    let powers = (0..<Int(seconds / window)).map {
      power(from: Double($0) * window, to: Double($0 + 1) * window)
    }
    let floor = (powers.max() ?? 0) * 1e-4
    var onsets: [Double] = []
    for index in 10..<max(10, powers.count - 2) {
      let before = powers[(index - 10)..<(index - 2)].max() ?? 0
      let now = max(powers[index], powers[index + 1])
      let time = Double(index) * window
      guard now > max(8 * before, floor), onsets.last.map({ time - $0 > 0.08 }) ?? true else {
        continue
      }
      onsets.append(time)
    }
    return onsets
  }
}
