"""1EdTech's own verifier of Open Badges 2.0, in an environment of its own, without our code and without a network.

python version_2.py WEB.JSON FILE…      prints a line of JSON for each: `valid`, and the `messages` if it is not

WEB.JSON says what each address answers, {"web": {url: {"status", "type", "body" in base64}}}, and what is known of the
"recipient": a profile, or null. A FILE is an image, or text.
"""

from __future__ import annotations

import base64
import io
import json
import sys
from pathlib import Path

import requests
from openbadges.verifier import verify
from openbadges.verifier.openbadges_context import OPENBADGES_CONTEXT_V2_DICT, OPENBADGES_CONTEXT_V2_URI

IMAGES = (".png", ".svg")


class Answers(requests.adapters.BaseAdapter):
    """The whole web, as `requests` sees it."""

    def __init__(self, web):
        super().__init__()
        context = json.dumps(OPENBADGES_CONTEXT_V2_DICT).encode()
        self.web = {
            OPENBADGES_CONTEXT_V2_URI: (200, "application/ld+json", context),
            **{url: (one["status"], one["type"], base64.b64decode(one["body"])) for url, one in web.items()},
        }

    def send(self, request, **_):
        if request.url not in self.web:
            raise requests.ConnectionError(f"{request.url} is nowhere", request=request)
        response = requests.Response()
        response.request, response.url = request, request.url
        response.status_code, response.headers["Content-Type"], body = self.web[request.url]
        response.raw = io.BytesIO(body)
        return response

    def close(self):
        pass


def said_of(file, recipient):
    given = file.open("rb") if file.suffix in IMAGES else file.read_text("utf-8")
    profile = dict(recipient) if recipient else None  # it is written into
    report = verify(given, recipient_profile=profile, use_cache=False, cache_backend=None)["report"]
    return {"valid": report["valid"], "messages": [message["result"] for message in report["messages"]]}


def main(web, *files):
    known = json.loads(Path(web).read_text("utf-8"))
    answers = Answers(known["web"])
    requests.Session.get_adapter = lambda _session, url: answers
    for file in files:
        sys.stdout.write(json.dumps(said_of(Path(file), known["recipient"])) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
