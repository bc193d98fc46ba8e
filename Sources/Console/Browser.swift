import Foundation

/// Opens an address in the browser of this desktop, if there is one.
package func openInBrowser(_ address: String) {
  let variables = ProcessInfo.processInfo.environment
  guard variables["DISPLAY"] != nil || variables["WAYLAND_DISPLAY"] != nil else { return }
  let opener = Process()
  opener.executableURL = URL(filePath: "/usr/bin/env")
  opener.arguments = ["xdg-open", address]
  for stream in [\Process.standardOutput, \Process.standardError, \Process.standardInput] {
    opener[keyPath: stream] = FileHandle.nullDevice
  }
  // The address was printed: without a browser it is still there to be opened.
  try? opener.run()
}
