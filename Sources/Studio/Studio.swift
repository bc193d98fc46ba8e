package import Workbench

/// A page in the browser on one project, served to this machine alone.
///
/// It answers each request by one call of the workbench, holds no music of its own, and reads and writes the library
/// as every other command does, which may run at the same time.
package struct Studio: Sendable {
  private let access = StudioAccess()
  private let server: PageServer
  private let port: Int

  /// A studio that is not open yet.
  ///
  /// - Throws: `WrongValue`.
  package init(on project: Project, _ request: StudioRequest) throws {
    try request.check()
    let responder = StudioResponder(project: project, sound: request.sound, access: access)
    server = PageServer { head, body in await responder.answer(head, body: body) }
    port = request.port ?? 0
  }

  /// The addresses at which a studio is opened.
  package struct Addresses: Sendable {
    /// The one to show, which may be opened as often as one likes.
    package let lasting: String
    /// The one to hand to a browser's command line, which can be opened once.
    package let once: String
  }

  /// Serves until the task is cancelled.
  ///
  /// - Parameter whenOpen: Called with its addresses as soon as it can be used.
  /// - Throws: ``StudioError/portTaken(_:)``, ``StudioError/cannotListen(cause:)``.
  package func run(whenOpen: @escaping @Sendable (Addresses) -> Void) async throws {
    let (ports, found) = AsyncStream<Int>.makeStream()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        defer { found.finish() }
        try await server.run(at: "127.0.0.1", port: port) { port in
          access.listens(at: port)
          whenOpen(
            Addresses(
              lasting: access.address(with: access.token),
              once: access.address(with: access.pass())))
          found.yield(port)
        }
      }
      group.addTask {
        // The same port of the other protocol, for whoever says localhost; not every machine has it.
        for await port in ports { try? await server.run(at: "::1", port: port) { _ in } }
      }
      try await group.waitForAll()
    }
  }
}
