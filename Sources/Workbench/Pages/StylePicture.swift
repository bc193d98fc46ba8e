import Foundation
import Library
import MIDI
import Performance
import Player
import Plot
public import Work

extension Project {
  /// How much a model plays to be measured: the number of takes, and seconds of each.
  private static let draws = (count: 8, seconds: 30.0)

  /// Draws each measure's distribution for several players.
  ///
  /// A model plays four minutes for this, from silence and with a fixed seed; they are not stored.
  ///
  /// - Throws: ``WorkbenchError``, `DiskError`, `LibraryError`, `CheckpointError`.
  public func plotStyle(
    of players: [PlayerName], _ request: PictureRequest, progress: @escaping ProgressHandler
  ) throws -> PictureReport {
    // No player is drawn twice: "current" may be the base or a round that is also named.
    var seen: Set<PlayerName> = []
    let players = try players.map { player -> PlayerName in
      guard case .model(let model) = player else { return player }
      return .model(try settled(model))
    }.filter { seen.insert($0).inserted }
    let measured = try players.map {
      (player: $0, style: try style(of: $0, progress: progress))
    }
    return try writePicture(styleChart(of: measured).picture, as: "style", request)
  }

  func styleChart(of measured: [(player: PlayerName, style: StyleMeasures)]) -> StyleChart {
    StyleChart(
      measures: StyleAxis.all.map {
        StyleChart.Measure(name: $0.name, unit: $0.unit, ticks: $0.ticks)
      },
      players: measured.map { measured in
        StyleChart.Player(
          name: text(for: measured.player), shares: measured.style.measures.map(\.shares))
      })
  }

  /// The style of a player: of the musician's takes in the library, or of takes that a model generates for
  /// it.
  ///
  /// A model's takes in the library are not used: they depend on the temperature and primer that were asked
  /// for as much as on the model.
  func style(of player: PlayerName, progress: @escaping ProgressHandler) throws -> StyleMeasures {
    switch player {
    case .me:
      let takes = try library.takes(matching: TakeQuery(origin: .played))
      guard !takes.isEmpty else { throw WorkbenchError.nobodyPlayed(doing: "draw your style") }
      return StyleMeasures(
        of: try takes.map { NoteReading(of: try library.events(of: $0.number)).soundingNotes })
    case .model(let model):
      var request = GenerateRequest()
      (request.takes.count, request.takes.seconds) = Self.draws
      request.model = try settled(model)
      request.seed = 1
      return StyleMeasures(of: try generated(for: request, progress: progress))
    }
  }

  private func text(for player: PlayerName) -> String {
    switch player {
    case .me: "you"
    case .model(let model): ((try? settled(model)) ?? model).text
    }
  }
}

/// The labels of the axis of one of ``StyleMeasures``' measures.
struct StyleAxis {
  /// The measure's name.
  var name: String
  /// The measure's unit.
  var unit: String
  /// Values with their places, in bins from the left.
  var ticks: [StyleChart.Measure.Tick]

  /// An axis that begins at `lower` and has bins of `width`.
  private init(
    _ name: String, _ unit: String, lower: Double, width: Double, _ values: [(Double, String)]
  ) {
    self.name = name
    self.unit = unit
    ticks = values.map { .init(bin: ($0.0 - lower) / width, words: $0.1) }
  }

  private static func plain(_ values: [Int]) -> [(Double, String)] {
    values.map { (Double($0), $0 < 0 ? "−\(-$0)" : "\($0)") }
  }

  private static let times: [(Double, String)] = [
    (0.01, "0.01"), (0.03, "0.03"), (0.1, "0.1"), (0.3, "0.3"), (1, "1"), (4, "4"),
  ].map { (log2($0.0), $0.1) }

  /// One for each measure, in ``StyleMeasures``' order.
  static let all: [StyleAxis] = [
    StyleAxis(
      "pitch classes", "note of the scale", lower: 0, width: 1,
      ["C", "D", "E", "F", "G", "A", "B"].enumerated().map { index, name in
        (Double([0, 2, 4, 5, 7, 9, 11][index]) + 0.5, name)
      }),
    StyleAxis(
      "register", "key", lower: 21, width: 4,
      (2...7).map { (Double(12 * ($0 + 1)), "C\($0)") }),
    StyleAxis(
      "intervals", "semitones to the next note", lower: -12.5, width: 1, plain([-12, -7, 0, 7, 12])),
    StyleAxis("velocity", "of 127", lower: 0, width: 4, plain([0, 32, 64, 96, 127])),
    StyleAxis("inter-onset times", "seconds to the next note", lower: -7, width: 0.5, times),
    StyleAxis("note lengths", "seconds, with the pedal", lower: -7, width: 0.5, times),
    StyleAxis(
      "articulation", "length / time to the next note", lower: -4, width: 0.4,
      [(-3, "1/8"), (-1, "1/2"), (0, "1"), (1, "2"), (3, "8")]),
    StyleAxis(
      "notes per second", "notes in each second", lower: 0, width: 2, plain([0, 10, 20, 30, 40])),
    StyleAxis("polyphony", "notes at once", lower: 0, width: 1, plain([0, 4, 8, 12])),
  ]
}
