import ArgumentParser
import Workbench

/// `--to` and `--scheme`, for every picture.
struct PictureOptions: ParsableArguments {
  @Option(
    help: "The file to write, .svg or .png; without it an .svg in the project's exports.",
    completion: .file(extensions: ["svg", "png"]))
  var to: String?

  @Option(help: "light, dark, or auto: what the reader's system prefers (a PNG: light).")
  var scheme = PictureRequest().scheme

  var request: PictureRequest {
    var request = PictureRequest()
    request.to = to
    request.scheme = scheme
    return request
  }
}
