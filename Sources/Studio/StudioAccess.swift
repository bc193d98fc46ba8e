import Synchronization

/// Who may use a studio: whoever has its token, and from its own page alone.
///
/// Another page in the same browser can send requests to this machine, and with a name server of its own can even
/// have them look like its own (DNS rebinding). So every request must name this machine as its host, must not come
/// from another page, and must bring the token or the cookie that the token was exchanged for. Cookies are sent to
/// every port of a machine alike; the token is only ever in the address, and never in a cookie.
final class StudioAccess: Sendable {
  /// What the address that is printed ends in; as often as it is opened.
  let token = StudioAccess.secret()
  /// What a browser has in its place.
  private let cookie = StudioAccess.secret()
  /// Tokens that are good for one time: that of the address which is handed to a browser's command line, where
  /// other users of this machine can read it.
  private let passes = Mutex<Set<String>>([])
  /// The port that it listens at.
  private let port = Mutex(0)

  /// The number is known as soon as it listens.
  func listens(at port: Int) { self.port.withLock { $0 = port } }

  /// A token that is good for one time.
  func pass() -> String {
    let pass = Self.secret()
    _ = passes.withLock { $0.insert(pass) }
    return pass
  }

  /// The address of its page, with a token.
  func address(with token: String) -> String {
    "http://127.0.0.1:\(port.withLock(\.self))/?token=\(token)"
  }

  /// Checks where a request is from and what it is for.
  ///
  /// - Throws: ``StudioError/stranger(cause:)``.
  func requireOwnPage(_ request: PageRequest) throws(StudioError) {
    let hosts = hosts
    let named = request.values(of: "Host").map { $0.lowercased() }
    guard named.count == 1, hosts.contains(named[0]) else {
      throw .stranger(cause: "it was asked for under a host name that is not this machine's")
    }
    guard
      request.values(of: "Origin").allSatisfy({ origin in
        hosts.contains { "http://\($0)" == origin.lowercased() }
      })
    else { throw .stranger(cause: "it was asked for by another page") }
  }

  /// Checks that a request for more than the page itself was not made by another page. The address with its token
  /// may be opened from anywhere.
  ///
  /// Source: W3C, Fetch Metadata Request Headers.
  ///
  /// - Throws: ``StudioError/stranger(cause:)``.
  func requireSameSite(_ request: PageRequest) throws(StudioError) {
    guard request.values(of: "Sec-Fetch-Site").allSatisfy({ ["same-origin", "none"].contains($0) })
    else {
      throw .stranger(cause: "it was asked for by another page")
    }
  }

  /// Whether a token is the right one; one that is good for one time is used up.
  func isRight(token: String) -> Bool {
    Self.isSame(token, self.token) || passes.withLock { $0.remove(token) != nil }
  }

  /// Whether a request brings the cookie, or the token as a bearer's, which a program can send.
  func isKnown(_ request: PageRequest) -> Bool {
    let name = cookieName
    let cookies = request.values(of: "Cookie").flatMap { $0.split(separator: ";") }
      .compactMap { pair -> Substring? in
        let pair = pair.drop { $0 == " " }
        return pair.hasPrefix(name + "=") ? pair.dropFirst(name.count + 1) : nil
      }
    if cookies.contains(where: { Self.isSame(String($0), cookie) }) { return true }
    return request.values(of: "Authorization").contains {
      $0.hasPrefix("Bearer ") && Self.isSame(String($0.dropFirst(7)), token)
    }
  }

  /// The header by which a browser gets its cookie: gone when the browser is closed.
  var setCookie: String { "\(cookieName)=\(cookie); Path=/; HttpOnly; SameSite=Strict" }

  /// Two studios on one machine have two cookies.
  private var cookieName: String { "woodshed-\(port.withLock(\.self))" }

  /// This machine's names for itself, with the port.
  private var hosts: [String] {
    let port = port.withLock(\.self)
    return ["127.0.0.1", "localhost", "[::1]"].map { "\($0):\(port)" }
  }

  /// 32 random bytes from the system's generator, in hexadecimal.
  private static func secret() -> String {
    var random = SystemRandomNumberGenerator()
    return (0..<4).map { _ in
      let digits = String(random.next() as UInt64, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }

  /// Whether two texts are the same, in a time that does not tell how much of them is.
  private static func isSame(_ one: String, _ other: String) -> Bool {
    let (one, other) = (Array(one.utf8), Array(other.utf8))
    guard one.count == other.count else { return false }
    return zip(one, other).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
