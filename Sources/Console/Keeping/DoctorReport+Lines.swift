package import Workbench

extension DoctorReport: ConsoleResult {
  /// What could not be checked, what is wrong, and whether the project is healthy.
  package var lines: [String] {
    let looked =
      "\(Readable.count(takes, "take")) with \(Readable.count(events, "event")), "
      + "\(Readable.count(models, "model"))"
    let name = "project \(project)"
    let last =
      open.isEmpty
      ? "\(name) is healthy: \(looked) looked through"
      : "\(name): \(Readable.count(open.count, "problem")) in \(looked)"
    let offer = isHeldOutLeaking ? [Remedy.setAsideAgain.words] : []
    return (programs.map { [$0.line] } ?? []) + remarks + offer + findings.map(\.line)
      + (backup.map { ["as it was before: \($0)"] } ?? []) + [last]
  }
}

extension ProgramVersions {
  fileprivate var line: String {
    let sound = fluidSynth.map { "FluidSynth \($0)" } ?? "no FluidSynth, so no sound of its own"
    return "woodshed \(woodshed) with oneDNN \(oneDNN), \(instructions); \(sound); ALSA \(alsa)"
  }
}

extension DoctorReport.Finding {
  fileprivate var line: String {
    let end =
      isMended ? "; mended: " + (remedy ?? "") : remedy.map { "; --fix \($0)" } ?? ""
    return "\(area.rawValue): \(text)\(advice?.ending ?? "")\(end)"
  }
}
