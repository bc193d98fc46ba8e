import Foundation
import Library

/// One thing that is wrong with a project, and how it is mended.
struct Finding {
  /// A repair that needs no guessing.
  enum Mending {
    case makeIndexes
    case makeRules
    case readNotes(take: Int64)
    case finishTake(Int64)
    case forgetWeights(round: Int)
    case copyFromTemplate(from: URL, to: URL)
    case setAside(URL)
    case remove(URL)
    case closeToOthers(URL)

    /// What it does, in the third person.
    var text: String {
      switch self {
      case .makeIndexes: "makes the indexes again"
      case .makeRules: "makes the library's rules again"
      case .readNotes: "reads them out of the take's events again"
      case .finishTake: "finishes it, as the next recording would"
      case .forgetWeights: "notes that they are gone"
      case .copyFromTemplate: "copies it from the template again"
      case .setAside: "moves it to set-aside"
      case .remove: "removes it"
      case .closeToOthers: "takes that right from the others"
      }
    }
  }

  var area: DoctorReport.Area
  var text: String
  var remedy: Mending?
  /// What a person can do about it.
  var advice: Remedy?

  init(
    _ area: DoctorReport.Area, _ text: String, _ remedy: Mending? = nil,
    advice: Remedy? = nil
  ) {
    self.area = area
    self.text = text
    self.remedy = remedy
    self.advice = advice
  }

  init(_ fault: LibraryFault) {
    let remedy: Mending? =
      switch fault.kind {
      case .index: .makeIndexes
      case .rule: .makeRules
      case .notes: fault.take.map { .readNotes(take: $0) }
      case .file, .reference, .table, .strangeRule, .record, .events, .heldOut: nil
      }
    self.init(.library, fault.text, remedy)
  }

  /// The finding for the report.
  var report: DoctorReport.Finding {
    .init(area: area, text: text, remedy: remedy?.text, advice: advice)
  }
}
