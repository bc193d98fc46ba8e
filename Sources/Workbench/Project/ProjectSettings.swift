import Foundation
public import Rounds

/// The settings in a project's `project.toml`.
public struct ProjectSettings: Hashable, Sendable {
  static let fileName = "project.toml"

  /// The project's name.
  public var name: String

  /// The template that the project was made from.
  public var template: String

  /// How a round is trained by default.
  public var tune: TuneSettings
}

extension ProjectSettings: Settings {
  static let knownKeys: Set<String> =
    Set(["name", "template"] + TuneSettings.CodingKeys.allCases.map { "tune.\($0.rawValue)" })

  private enum CodingKeys: CodingKey {
    case name, template, tune
  }

  /// Reads the three parts; `tune` may be left out.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    name = try values.decode(String.self, forKey: .name)
    template = try values.decode(String.self, forKey: .template)
    tune = try values.decodeIfPresent(TuneSettings.self, forKey: .tune) ?? TuneSettings()
  }

  /// The text of a new project's `project.toml`, which names every setting in a comment.
  var text: String {
    """
    # Settings of this project. Edit by hand; woodshed says so if it cannot read something.
    name = \(name.quotedForTOML)
    template = \(template.quotedForTOML)

    # How a round is trained. Take the # away to change a default.
    [tune]
    \(tune.commentedText)
    """
  }
}

extension TuneSettings {
  fileprivate var commentedText: String {
    """
    # passes = \(passes)               # passes over your playing, at most
    # folds = \(folds)                # trainings, each without a part that says how far to go; 0: just one
    # learningRate = \(learningRate)      # the highest; it warms up to it and comes down again
    # lanes = \(lanes)                 # takes read side by side
    # steps = \(steps)               # events between two updates in each lane
    # dropout = \(dropout)             # share of each layer left out while training
    # anchor = \(anchor)             # pull back to the base's weights
    # lowerRate = \(lowerRate)           # each layer's share of the learning rate of the layer above
    # averaging = \(averaging)           # how slowly a running mean of the weights follows; 0: none
    # interpolation = \(interpolation)    # without folds: goes only as far as is best for the held-out takes
    # repertoire = \(repertoire)      # learns the pieces you practise by heart
    # augmentation = \(augmentation)     # each pass a little higher or lower, faster or slower
    # evaluationsPerPass = \(evaluationsPerPass)    # looks at what judges in each pass
    # earlyStopping = \(earlyStopping)      # stops when music that a training does not read gets no better
    # patience = \(patience)              # looks without a better result before it stops
    # seed = \(seed)                  # of shuffling, augmentation and dropout
    # keptWeight = \(keptWeight)          # what you kept of a model's counts so much, at most 0.5
    # varietyMinutes = \(varietyMinutes)     # a round plays so long to show how varied it is

    """
  }
}
