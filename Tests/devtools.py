"""A real browser without a window (Debian's chromium), driven by the DevTools protocol over a pipe.

Python's standard library alone.
"""
import base64, json, os, pathlib, subprocess, sys, time

# Contrast by WCAG 2.2, 1.4.3: 4.5 for words, of the colours that the browser computes; what is not seen is left out.
CONTRAST = """
(selector => {
  const parts = colour => { const all = colour.match(/[0-9.]+/g).map(Number);
    return { light: 0.2126 * part(all[0]) + 0.7152 * part(all[1]) + 0.0722 * part(all[2]), alpha: all[3] ?? 1 }; };
  const part = value => { value /= 255; return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4; };
  const wrong = [];
  for (const element of document.querySelectorAll(selector)) {
    if (!element.getClientRects().length) continue;
    const style = getComputedStyle(element);
    let under = element;
    while (under && parts(getComputedStyle(under).backgroundColor).alpha < 1) under = under.parentElement;
    const ground = parts(getComputedStyle(under ?? document.body).backgroundColor).light;
    const ink = parts(element.closest('svg') ? style.fill : style.color).light;
    const ratio = (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
    if (ratio < 4.5) wrong.push(element.tagName + ' ' + element.textContent.slice(0, 30) + ' ' + ratio.toFixed(2));
  }
  return wrong;
})
"""


class Browser:
    def __init__(self, profile):
        to_read, self.to_write = os.pipe()
        self.from_read, from_write = os.pipe()
        self.process = subprocess.Popen(
            # Descriptors 3 and 4 are what --remote-debugging-pipe reads and writes.
            ["bash", "-c", f'exec 3<&{to_read} 4>&{from_write} "$@"', "browser", "chromium",
             "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--mute-audio",
             "--no-first-run", "--disable-background-networking",
             "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
             f"--user-data-dir={profile}", "--remote-debugging-pipe", "about:blank"],
            pass_fds=[to_read, from_write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(from_write)
        self.held, self.number, self.events = b"", 0, []

    def message(self):
        while b"\0" not in self.held:
            part = os.read(self.from_read, 1 << 20)
            if not part:
                sys.exit("chromium ended early")
            self.held += part
        text, self.held = self.held.split(b"\0", 1)
        return json.loads(text)

    def call(self, method, session=None, **parameters):
        self.number += 1
        request = {"id": self.number, "method": method, "params": parameters}
        if session:
            request["sessionId"] = session
        rest = json.dumps(request).encode() + b"\0"
        while rest:
            rest = rest[os.write(self.to_write, rest):]
        while True:
            message = self.message()
            if message.get("id") == self.number:
                if "error" in message:
                    sys.exit(f"{method}: {message['error']}")
                return message["result"]
            self.events.append(message)

    def window(self):
        return Window(self)

    def faults(self, allowed):
        """What went wrong in any window: words on the console, and addresses that do not begin as allowed."""
        faults = []
        for event in self.events:
            method, facts = event.get("method"), event.get("params", {})
            if method in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled"):
                faults.append(f"the console says {json.dumps(facts)[:300]}")
            if method == "Log.entryAdded" and facts["entry"]["level"] == "error":
                faults.append(f"the console says {facts['entry']['text']} {facts['entry'].get('url', '')}")
            if method == "Network.requestWillBeSent" and not facts["request"]["url"].startswith(allowed):
                faults.append(f"it fetches {facts['request']['url'][:100]}")
        return faults

    def end(self):
        self.call("Browser.close")
        self.process.wait(20)


class Window:
    def __init__(self, browser):
        self.browser = browser
        # A window of its own, which the browser takes to be seen.
        target = browser.call("Target.createTarget", url="about:blank", newWindow=True)["targetId"]
        self.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(domain + ".enable")

    def call(self, method, **parameters):
        return self.browser.call(method, self.session, **parameters)

    def open(self, address):
        before = len(self.browser.events)
        self.call("Page.navigate", url=address)
        while not any(event.get("method") == "Page.loadEventFired" and event.get("sessionId") == self.session
                      for event in self.browser.events[before:]):
            self.browser.events.append(self.browser.message())

    def value(self, script):
        answer = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            sys.exit(f"{script[:200]}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def wait(self, script, what, seconds=20):
        """Waits until a script is true; the time is only a bound for what would never be."""
        end = time.monotonic() + seconds
        while not self.value(f"Boolean({script})"):
            if time.monotonic() > end:
                return [f"{what}: it is not so"]
            time.sleep(0.05)
        return []

    def press(self, key, text=None, shift=False):
        codes = {"Enter": 13, "Escape": 27, "Tab": 9, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39,
                 "ArrowDown": 40, "Home": 36, " ": 32}
        text = text if text is not None else key if len(key) == 1 else "\r" if key == "Enter" else ""
        facts = dict(key=key, windowsVirtualKeyCode=codes.get(key, ord(key.upper()[0])), modifiers=8 if shift else 0)
        self.call("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", text=text, **facts)
        self.call("Input.dispatchKeyEvent", type="keyUp", **facts)

    def point(self, kind, x, y, buttons=1):
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", buttons=buttons, clickCount=1)

    def click(self, x, y):
        self.point("mousePressed", x, y)
        self.point("mouseReleased", x, y, 0)

    def look(self, width, height, scheme, phone=False, motion=""):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=phone)
        self.call("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": motion}])

    def shot(self, file, width, height):
        file = pathlib.Path(file)
        file.parent.mkdir(parents=True, exist_ok=True)
        image = self.call("Page.captureScreenshot", captureBeyondViewport=True, clip={
            "x": 0, "y": 0, "width": width, "height": height, "scale": 1})
        file.write_bytes(base64.b64decode(image["data"]))
