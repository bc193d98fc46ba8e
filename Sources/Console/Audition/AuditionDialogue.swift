import Dispatch
import Terminal
package import Workbench

/// Auditions takes at the terminal, until the musician ends it.
///
/// - Throws: `TerminalError`, and what preparing the audition throws.
package func audition(_ request: AuditionRequest, in project: Project) async throws
  -> AuditionReport
{
  try Screen.check()
  // The progress line and its signal handler must be gone before the screen installs its own.
  let audition = try await withProgress(endsAtOnce: true) {
    try await project.audition(request, progress: $0)
  }
  let screen = try Screen(tick: .milliseconds(50))
  var dialogue = AuditionDialogue(audition)
  await dialogue.run(on: screen)
  let report = await audition.finish()
  screen.close()
  return report
}

/// The terminal's side of an audition: turns keys into actions, and the audition's state into a picture.
struct AuditionDialogue {
  private let audition: Audition
  /// The note being typed.
  private var typing: String?

  init(_ audition: Audition) { self.audition = audition }

  /// Draws the audition and handles keys until the musician ends it.
  mutating func run(on screen: Screen) async {
    var page = screen.page
    screen.draw(await drawing(on: page), on: page)
    for await event in screen.events {
      var isChanged = false
      switch event {
      case .key(let key): guard await press(key) else { return }
      case .end: return
      case .tick: break
      case .redraw:
        page = screen.page
        isChanged = true
      case .suspend:
        await audition.quiet()
        screen.suspend()
      }
      screen.draw(await drawing(on: page), on: page, again: isChanged)
    }
  }

  /// The screen as it should look now.
  func drawing(on page: Page) async -> [Line] {
    AuditionPicture(state: await audition.state, typing: typing).lines(on: page)
  }

  /// Performs the action of a key.
  ///
  /// - Returns: whether the audition goes on.
  mutating func press(_ key: Key) async -> Bool {
    let goesOn = await act(on: key)
    await audition.hold(typing != nil)
    return goesOn
  }

  private mutating func act(on key: Key) async -> Bool {
    if let typing { return await type(key, after: typing) }
    switch AuditionKeys.action(of: key) {
    case .note:
      typing = ""
      await audition.clearMessage()
      return true
    case let action?: return await audition.perform(action)
    case nil:
      await audition.clearMessage()
      return true
    }
  }

  /// Handles a key while a note is being typed.
  private mutating func type(_ key: Key, after text: String) async -> Bool {
    switch key {
    case .character(let character): typing = text + String(character)
    case .backspace: typing = String(text.dropLast())
    case .escape: typing = nil
    case .enter:
      typing = nil
      guard text.contains(where: { !$0.isWhitespace }) else {
        await audition.clearMessage()
        break
      }
      return await audition.perform(.note(text))
    default: break
    }
    return true
  }
}
