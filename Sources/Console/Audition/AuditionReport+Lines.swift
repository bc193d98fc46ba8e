package import Workbench

extension AuditionReport: ConsoleResult {
  /// "heard 6 takes: 3 kept, 2 discarded; 4 left", and a line on predicted taste if there is one.
  package var lines: [String] {
    let parts = [
      (kept, "kept"), (discarded, "discarded"), (rated, "rated"), (noted, "noted"),
      (undone, "taken back"),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    let heard =
      "heard \(Readable.count(heard.count, "take")): "
      + (parts.isEmpty ? "nothing said" : parts.joined(separator: ", ")) + "; \(left) left"
    return [heard] + (taste?.lines ?? [])
  }
}

extension TasteReport: ConsoleResult {
  /// How well taste is predicted, in one line.
  package var lines: [String] {
    let known =
      "taste learned from \(Readable.count(predicted.total, "verdict")) predicts \(predicted.percent) "
      + "(\(predicted.percentInterval)) of those left out; always guessing \(guess.rawValue) "
      + "would be \(guessed.percent)"
    return [
      isBetter
        ? known
        : known + ": no better than that as far as they tell, so nothing was chosen by taste"
    ]
  }
}
