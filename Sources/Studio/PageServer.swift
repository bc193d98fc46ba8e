import NIOCore
import NIOHTTP1
import NIOPosix

/// Reads requests from connections to an address of this machine, and writes the answers.
struct PageServer: Sendable {
  /// A part of an answer on its way to a connection.
  private typealias AnswerPart = HTTPPart<HTTPResponseHead, ByteBuffer>
  private typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, AnswerPart>

  /// How long a connection stays open over which nothing is sent in either direction.
  private static let idle = TimeAmount.seconds(60)
  /// The most connections at a time; others are closed at once.
  private static let mostConnections = 256

  /// What answers a request.
  let answer: @Sendable (HTTPRequestHead, _ body: ByteBuffer?) async -> PageAnswer

  /// Serves until the task is cancelled.
  ///
  /// - Parameters:
  ///   - host: An address of this machine.
  ///   - port: A port; 0 for one that is free.
  ///   - whenOpen: Called with the port as soon as requests are answered.
  /// - Throws: ``StudioError/portTaken(_:)``, ``StudioError/cannotListen(cause:)``.
  func run(at host: String, port: Int, whenOpen: @Sendable (Int) -> Void) async throws {
    let server = try await listen(at: host, port: port)
    let places = Places(for: "connections", most: Self.mostConnections)
    try await withThrowingDiscardingTaskGroup { group in
      try await server.executeThenClose { connections in
        whenOpen(server.channel.localAddress?.port ?? port)
        for try await connection in connections {
          guard let place = try? places.take() else {
            connection.channel.close(promise: nil)
            continue
          }
          group.addTask {
            // A connection that breaks off concerns nobody but the page that has gone.
            try? await serve(connection)
            withExtendedLifetime(place) {}
          }
        }
      }
    }
  }

  private func listen(at host: String, port: Int) async throws -> NIOAsyncChannel<Connection, Never>
  {
    do {
      return try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .bind(host: host, port: port) { channel in
          channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            try pipeline.configureHTTPServerPipeline(withErrorHandling: true)
            try pipeline.addHandler(IdleStateHandler(allTimeout: Self.idle))
            try pipeline.addHandler(PartHandler())
            return try Connection(wrappingChannelSynchronously: channel)
          }
        }
    } catch let error as IOError {
      throw error.errnoCode == EADDRINUSE
        ? StudioError.portTaken(port) : StudioError.cannotListen(cause: "\(error)")
    }
  }

  /// Answers the requests of a connection, one after the other.
  private func serve(_ connection: Connection) async throws {
    try await connection.executeThenClose { requests, answers in
      var parts = requests.makeAsyncIterator()
      while case .head(let head) = try await parts.next() {
        var body: ByteBuffer? = ByteBuffer()
        reading: while let part = try await parts.next() {
          switch part {
          case .head: return
          case .body(let bytes):
            body?.writeImmutableBuffer(bytes)
            // What is too long is not read to its end: the connection is closed behind the answer.
            if let length = body?.readableBytes, length > PageRequest.longestBody {
              body = nil
              break reading
            }
          case .end: break reading
          }
        }
        let staysOpen = head.isKeepAlive && body != nil
        try await write(
          await answer(head, body), to: answers, hasBody: head.method != .HEAD, staysOpen: staysOpen
        )
        if !staysOpen { return }
      }
    }
  }

  private func write(
    _ answer: PageAnswer, to parts: NIOAsyncChannelOutboundWriter<AnswerPart>, hasBody: Bool,
    staysOpen: Bool
  ) async throws {
    var headers = answer.headers
    if !staysOpen { headers.add(name: "Connection", value: "close") }
    try await parts.write(
      .head(HTTPResponseHead(version: .http1_1, status: answer.status, headers: headers)))
    if hasBody {
      switch answer.body {
      case .whole(let bytes): try await parts.write(.body(bytes))
      case .stream(_, let make): try await make { try await parts.write(.body($0)) }
      }
    }
    try await parts.write(.end(nil))
  }
}

/// Hands on the parts of an answer, and closes a connection that is idle.
private final class PartHandler: ChannelDuplexHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPPart<HTTPResponseHead, ByteBuffer>
  typealias OutboundOut = HTTPServerResponsePart

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let part: OutboundOut =
      switch unwrapOutboundIn(data) {
      case .head(let head): .head(head)
      case .body(let bytes): .body(.byteBuffer(bytes))
      case .end(let trailers): .end(trailers)
      }
    context.write(wrapOutboundOut(part), promise: promise)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is IdleStateHandler.IdleStateEvent {
      context.close(promise: nil)
    } else {
      context.fireUserInboundEventTriggered(event)
    }
  }
}
