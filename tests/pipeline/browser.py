"""A headless Chromium that opens pages of this machine, and waits for what they show."""

import base64
import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from websockets.sync.client import ClientConnection, connect

_WIDTH, _HEIGHT = 1400, 880


class Page:
    """One page, spoken to by Chromium's own protocol."""

    def __init__(self, socket: ClientConnection) -> None:
        """Take over an open page."""
        self._socket, self._asked_n = socket, 0
        self.ask("Page.enable")
        size = {"width": _WIDTH, "height": _HEIGHT, "deviceScaleFactor": 1, "mobile": False}
        self.ask("Emulation.setDeviceMetricsOverride", **size)

    def ask(self, method: str, **params: object) -> dict[str, Any]:
        """Send one command and return its answer."""
        self._asked_n += 1
        self._socket.send(json.dumps({"id": self._asked_n, "method": method, "params": params}))
        while True:
            answer = json.loads(self._socket.recv(timeout=60))
            if answer.get("id") == self._asked_n:
                return dict(answer.get("result", {}))

    def open(self, address: str, *shows: str) -> None:
        """Open a page and wait until it shows these words."""
        self.ask("Page.navigate", url=address)
        wait_until(lambda: all(word in self.text() for word in shows), f"{shows} in {address}")

    def click(self, word: str, *shows: str) -> None:
        """Click the last thing on the page that says just this; wait until it shows these words."""
        found = f"[...document.querySelectorAll('*')].filter(e => e.innerText?.trim() == '{word}')"
        wait_until(lambda: bool(self.run(f"{found}.length > 0")), word)
        self.run(f"{found}.pop().click()")
        wait_until(lambda: all(shown in self.text() for shown in shows), f"{shows} of {word}")

    def text(self) -> str:
        """Return what a person reads on the page."""
        return str(self.run("document.body.innerText"))

    def run(self, script: str) -> object:
        """Return what a script on the page yields."""
        answer = self.ask("Runtime.evaluate", expression=script, returnByValue=True)
        return answer.get("result", {}).get("value", "")

    def draw(self, path: Path) -> None:
        """Write a picture of the page."""
        path.write_bytes(base64.b64decode(self.ask("Page.captureScreenshot")["data"]))


@contextmanager
def browser(chromium: str, folder: Path) -> Iterator[Page]:
    """Start Chromium with a profile of its own and yield its first page."""
    words = [
        *(chromium, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
        *("--remote-debugging-port=0", f"--user-data-dir={folder}", "--no-first-run"),
        *("--disable-background-networking", "--disable-component-update", "about:blank"),
    ]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            note = folder / "DevToolsActivePort"
            wait_until(lambda: note.is_file() and "\n" in note.read_text(), "a browser")
            port = int(note.read_text().split()[0])
            with urlopen(f"http://127.0.0.1:{port}/json/list", timeout=60) as answer:
                pages = [page for page in json.load(answer) if page["type"] == "page"]
            where = re.sub(
                r"^ws://[^/]+", f"ws://127.0.0.1:{port}", pages[0]["webSocketDebuggerUrl"]
            )
            with connect(where, max_size=None, proxy=None) as socket:
                yield Page(socket)
        finally:
            process.terminate()


def wait_until(holds: Callable[[], bool], what: str, *, seconds: float = 300.0) -> None:
    """Look again and again until something holds.

    Raises:
        TimeoutError: It never did.
    """
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            raise TimeoutError(f"waited {seconds:.0f} s for {what}")
        time.sleep(0.5)
