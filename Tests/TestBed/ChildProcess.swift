package import Foundation
import Glibc

/// A program that runs beside a test; killed in its `deinit`.
///
/// Foundation's `Process` would pass on the signal mask of the test's thread, and waits for ever if the
/// notification of the program's end is lost.
package final class ChildProcess {
  /// The standard streams of a program.
  package enum Streams {
    /// A file to read, and a file that all output is appended to.
    case files(input: String, output: String)
    /// The name of a pseudo-terminal, which becomes the program's controlling one.
    case terminal(String)
  }

  private let identifier: pid_t
  private var status: Int32?

  /// Starts a program, which is searched for in `PATH` unless it is given by its path.
  ///
  /// - Parameters:
  ///   - words: The program and its arguments.
  ///   - folder: Its working directory; `nil` for the test's.
  ///   - environment: Variables that are added to the test's own.
  ///   - streams: Its standard streams.
  /// - Throws: ``NotStarted``.
  package init(
    _ words: [String], in folder: URL? = nil, environment: [String: String] = [:],
    on streams: Streams
  ) throws {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    var flags = Int16(POSIX_SPAWN_SETSIGMASK)
    switch streams {
    case .files(let input, let output):
      unsafe posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
      unsafe posix_spawn_file_actions_addopen(
        &actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    case .terminal(let name):
      // The first terminal that a session leader opens becomes its controlling terminal.
      flags |= 0x80  // POSIX_SPAWN_SETSID
      unsafe posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
      unsafe posix_spawn_file_actions_adddup2(&actions, 0, 1)
    }
    unsafe posix_spawn_file_actions_adddup2(&actions, 1, 2)
    // Pipes that another test has just made would stay open for as long as this program runs. glibc
    // passes over what isn't open.
    for descriptor in Int32(3)..<Int32(min(1_024, sysconf(Int32(_SC_OPEN_MAX)))) {
      unsafe posix_spawn_file_actions_addclose(&actions, descriptor)
    }

    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    unsafe sigemptyset(&none)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setflags(&attributes, flags)

    let all = (folder.map { ["env", "-C", $0.path()] } ?? []) + words
    let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    var arguments = unsafe all.map { unsafe strdup($0) } + [nil]
    var settings = unsafe variables.map { unsafe strdup("\($0)=\($1)") } + [nil]
    defer { unsafe (arguments + settings).forEach { unsafe free($0) } }
    var started: pid_t = 0
    let code = unsafe posix_spawnp(&started, all[0], &actions, &attributes, &arguments, &settings)
    identifier = started
    guard code == 0 else {
      status = 127
      throw NotStarted(words: words, reason: unsafe String(cString: strerror(code)))
    }
  }

  deinit { end() }

  /// Sends it a signal, unless it has ended.
  package func send(_ signal: Int32) {
    if status == nil { kill(identifier, signal) }
  }

  /// Its exit status, or the signal that ended it; `nil` while it runs.
  package func ended() -> Int32? {
    var code: Int32 = 0
    if status == nil, unsafe waitpid(identifier, &code, WNOHANG) == identifier {
      status = code & 0x7F == 0 ? code >> 8 & 0xFF : code & 0x7F
    }
    return status
  }

  /// Kills it, unless it has ended.
  package func end() {
    guard status == nil else { return }
    kill(identifier, SIGKILL)
    waitpid(identifier, nil, 0)
    status = SIGKILL
  }

  /// A program that could not be started.
  package struct NotStarted: Error {
    let words: [String]
    let reason: String
  }
}
