import Glibc

/// Asks a question on the terminal that is answered with y or n, and with n by anything but y.
///
/// - Throws: ``NobodyToAsk`` where there is no terminal.
package func isConfirmed(_ question: String) throws(NobodyToAsk) -> Bool {
  guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else { throw NobodyToAsk() }
  standardError(lines: ["\(question) y or n"])
  return ["y", "yes"].contains(readLine()?.lowercased())
}

/// A question must be answered, and there is no terminal to ask it on.
package struct NobodyToAsk: Error, CustomStringConvertible {
  package var description: String {
    "cannot ask whether you mean it: there is no terminal; say --yes if you do"
  }
}
