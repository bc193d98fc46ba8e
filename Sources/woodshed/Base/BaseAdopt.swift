import ArgumentParser
import Workbench

struct BaseAdopt: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adopt",
    abstract: "Take weights into a template as its base.",
    discussion: """
      woodshed base adopt base.safetensors --template solo-piano

      The file may come from base train or from elsewhere: it is checked, and stored in 16 bits. A \
      template that is not there is made. Projects keep the base that they were made with. The \
      figures of the corpus stay as they are: note them with base grams when it was another.
      """)

  @Argument(help: "A .safetensors file.", completion: .weights)
  var file: String

  @Option(help: "The template, a new one or not.", completion: .templates)
  var template: String

  @OptionGroup var output: OutputOptions

  func run() throws {
    try output.print(Home.find().adoptBase(file, asTemplate: template))
  }
}
