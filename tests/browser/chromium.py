"""Debian's Chromium, and a witness of what it does: whom it asks, what it refuses, what it would say aloud."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

PROGRAM = Path(os.environ.get("LAUREL_CHROMIUM", "/usr/bin/chromium"))
MISSING = (
    f"there is no {PROGRAM}: `apt-get install --no-install-recommends $(grep -v '^#' .ci/apt.txt)`,"
    " or LAUREL_CHROMIUM=where it is"
)
FLAGS = (
    "--no-sandbox",  # it does not start as root otherwise
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--use-fake-device-for-media-stream",  # a camera that shows a test card to pages that may see
)
PHONE = {"width": 390, "height": 844}
LAPTOP = {"width": 1280, "height": 800}
_LISTEN = """addEventListener('securitypolicyviolation', event =>
    console.log('csp violation', event.violatedDirective, event.blockedURI, event.sourceFile))"""


@contextmanager
def launched():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(PROGRAM), args=list(FLAGS))
        yield browser
        browser.close()


class Witness:
    """Everything that a context asks, is refused and says."""

    def __init__(self, context, base):
        self._base = base
        self.responses = []
        self.elsewhere = []
        self.refused = []
        self.dialogs = []
        context.add_init_script(_LISTEN)
        context.on("request", self._request)
        context.on("response", self._answered)
        context.on("console", self._said)
        context.on("dialog", self._dialog)

    def _request(self, request):
        parts = urlsplit(request.url)
        if f"{parts.scheme}://{parts.netloc}" != self._base and parts.scheme not in {"data", "blob", "about"}:
            self.elsewhere.append(request.url)

    def _answered(self, response):
        self.responses.append(response)

    def _said(self, message):
        if "csp violation" in message.text or "Content Security Policy" in message.text:
            self.refused.append(message.text)

    def _dialog(self, dialog):
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def sizes(self):
        """Bytes of everything that came with the last page but pictures, unpacked, by address."""
        documents = [at for at, one in enumerate(self.responses) if one.request.is_navigation_request()]
        last = self.responses[documents[-1] :]
        return {one.url: len(one.body()) for one in last if one.request.resource_type != "image"}
