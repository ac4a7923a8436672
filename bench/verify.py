"""Verifications a second, every check made each time: through HTTP to a real server, and in process.

    python bench/verify.py [--rounds 3] [--seconds 4] [--folder DIR] [--json]

The badges are of this deployment: keys and status list come out of its database. Sixty-four badges take turns; signed
lists are remembered by the server, badges are not.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence

from figures import Programme, add_raw_limits, programme, rate
from serving import Served, served

from app.main import build
from app.services.verifying import Question, verify_submission
from app.settings import Environment, Settings
from app.verification import Verdict

BADGES = 64
CLIENTS = 8


def main() -> None:
    with programme("verify.py") as asked:
        with served(asked.folder) as server:
            documents = [server.award()["credential"] for _ in range(BADGES)]
            as_json = [json.dumps(document).encode() for document in documents]
            forms = {
                "JSON": ("application/vc", as_json),
                "JWT": ("application/vc+jwt", [server.get(f"{document['id']}.jwt") for document in documents]),
                "address": ("application/json", [json.dumps({"url": item["id"]}).encode() for item in documents]),
            }
            for _ in range(asked.rounds):
                add_raw_limits(asked.figures, documents[0], asked.folder, asked.seconds / 4)
                for name, (media_type, bodies) in forms.items():
                    _through_http(server, name, bodies, media_type, asked)
            asked.figures.add("HTTP: resident afterwards", server.resident(), "MiB")
        _in_process(as_json, asked)


def _through_http(server: Served, name: str, bodies: Sequence[bytes], media_type: str, asked: Programme) -> None:
    found = server.load("/v1/verify", bodies, media_type, clients=CLIENTS, seconds=asked.seconds, expected=200)
    label = f"HTTP, {CLIENTS} clients, by {name}"
    asked.figures.add(label, found["rate"], "/s")
    asked.figures.add(f"{label}: p99", found["p99"], "ms")
    asked.figures.add(f"{label}: CPU of the server", found["cpu"], "ms each")


def _in_process(bodies: Sequence[bytes], asked: Programme) -> None:
    """The same database without HTTP, in one thread."""
    settings = Settings(environment=Environment.DEVELOPMENT, data_dir=asked.folder, public_url=_public_url(bodies[0]))
    laurel = build(settings)
    turns, now = itertools.cycle(bodies), laurel.clock()

    def verify() -> None:
        with laurel.database.reading() as session:
            report = verify_submission(session, next(turns), Question(now), instance=laurel.instance, now=now)
        if report.verdict is not Verdict.VALID:
            raise SystemExit(report.summary)

    for _ in range(asked.rounds):
        asked.figures.add("in process, by JSON", rate(verify, asked.seconds), "/s")
    laurel.database.close()


def _public_url(badge: bytes) -> str:
    address: str = json.loads(badge)["id"]
    return address.partition("/credentials/")[0]


if __name__ == "__main__":
    main()
