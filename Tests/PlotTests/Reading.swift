import Foundation
import FoundationXML
import Plot
import Testing

/// A picture as an XML reader sees it: its elements in their order, with attributes and words.
struct Reading {
  struct Element {
    var name: String
    var attributes: [String: String]
    var words = ""

    subscript(name: String) -> Double { attributes[name].flatMap(Double.init) ?? .nan }
  }

  var elements: [Element]

  /// Fails the test where the file is no XML.
  init(_ picture: Picture, scheme: Picture.Scheme = .automatic) throws {
    let reader = Reader()
    let parser = XMLParser(data: Data(picture.file(scheme: scheme).utf8))
    parser.delegate = reader
    try #require(parser.parse(), "not XML: \(String(describing: parser.parserError))")
    elements = reader.elements
  }

  /// The elements of a kind: a class that is among theirs, or begins one of theirs.
  func shapes(_ kind: String) -> [Element] {
    elements.filter {
      ($0.attributes["class"] ?? "").split(separator: " ").contains { $0.hasPrefix(kind) }
    }
  }

  /// All words.
  var words: [String] { elements.filter { $0.name == "text" }.map(\.words) }

  private final class Reader: NSObject, XMLParserDelegate {
    var elements: [Element] = []
    private var open: [Int] = []

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
      qualifiedName: String?, attributes: [String: String]
    ) {
      open.append(elements.count)
      elements.append(Element(name: name, attributes: attributes))
    }

    func parser(
      _ parser: XMLParser, didEndElement name: String, namespaceURI: String?,
      qualifiedName: String?
    ) {
      open.removeLast()
    }

    func parser(_ parser: XMLParser, foundCharacters words: String) {
      if let last = open.last { elements[last].words += words }
    }
  }
}
