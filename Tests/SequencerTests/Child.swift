import Foundation
import Glibc
import Testing

/// A program that runs beside the test; what it prints goes to a file.
///
/// Not Foundation's `Process`: that would hand on the signals that a test's thread blocks, and waits
/// for ever should its notice of the end be lost.
final class Child {
  private let name: String
  private let identifier: pid_t
  private let output: URL
  private var status: Int32?

  /// Starts `command`, its program looked for on the path unless it names a file.
  ///
  /// - Parameters:
  ///   - folder: where it runs; without it, where the test does.
  ///   - home: its home folder, unless it shares the test's.
  ///   - environment: more than the test's own.
  ///   - input: the file that is its standard input; without one, that is empty.
  init(
    _ command: [String], in folder: URL? = nil, home: URL? = nil,
    environment: [String: String] = [:], input: String = "/dev/null"
  ) throws {
    name = command.joined(separator: " ")
    output = FileManager.default.temporaryDirectory.appending(path: "woodshed-said-\(UUID())")
    var variables = ProcessInfo.processInfo.environment
    variables["HOME"] = home?.path() ?? variables["HOME"]
    variables.merge(environment) { $1 }

    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
    unsafe posix_spawn_file_actions_addopen(
      &actions, 1, output.path(), O_WRONLY | O_CREAT | O_APPEND, 0o600)
    unsafe posix_spawn_file_actions_adddup2(&actions, 1, 2)

    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    unsafe sigemptyset(&none)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

    let place = folder.map { ["env", "-C", $0.path()] } ?? []
    var arguments = unsafe (place + command).map { unsafe strdup($0) } + [nil]
    var environment = unsafe variables.map { unsafe strdup("\($0)=\($1)") } + [nil]
    defer { unsafe (arguments + environment).forEach { unsafe free($0) } }
    var started: pid_t = 0
    let code = unsafe posix_spawnp(
      &started, (place + command)[0], &actions, &attributes, &arguments, &environment)
    identifier = started
    guard code == 0 else {
      status = 127
      throw NotStarted(name: name, reason: unsafe String(cString: strerror(code)))
    }
  }

  deinit {
    if status == nil {
      send(SIGKILL)
      waitpid(identifier, nil, 0)
    }
    try? FileManager.default.removeItem(at: output)
  }

  /// What it has printed so far.
  var said: String { (try? String(contentsOf: output, encoding: .utf8)) ?? "" }

  /// Sends it a signal, unless it has ended.
  func send(_ signal: Int32) {
    if status == nil { kill(identifier, signal) }
  }

  /// Waits until it ends; after a minute and a half it is killed, which is an issue.
  ///
  /// - Returns: its exit status, or the signal that ended it.
  @discardableResult
  func finish() -> Int32 {
    var waits = 0
    while status == nil {
      var code: Int32 = 0
      if unsafe waitpid(identifier, &code, WNOHANG) == identifier {
        status = code & 0x7F == 0 ? code >> 8 & 0xFF : code & 0x7F
      } else {
        usleep(5000)
        waits += 1
        guard waits == 18_000 else { continue }
        Issue.record("\(name) does not end; it said: \(said)")
        send(SIGKILL)
      }
    }
    return status ?? 127
  }

  struct NotStarted: Error {
    let name: String
    let reason: String
  }
}
