"""Verifications a second, and what each costs the server: through HTTP to a real one, and in process.

    python bench/verify.py [--rounds 3] [--seconds 4] [--folder DIR] [--json] [--pin]

The badges are of this deployment: keys and status list come out of its database, each time. Ten thousand badges take
turns, more than the server remembers signatures of, so every check is made; "again" is sixty-four of them, whose
signatures it has seen to fit. In process, images and PDF files are verified with nothing remembered.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from figures import Programme, add_raw_limits, programme, rate
from issue import BATCH_ROWS, write_batch
from serving import Served, served
from stored import AGAIN, CLIENTS, Stored, beside, stored

from app.routers.deps import Laurel
from app.services.verifying import Question, verify_submission
from app.verification import Memo, Verdict

_BATCH_SECONDS: Final = 120.0  # to give up after
_FILES: Final = {"png": "image/png", "svg": "image/svg+xml", "pdf": "application/pdf"}
_ONCE: Final = 0.5  # seconds in which sixty-four are verified for certain


def main() -> None:
    with (
        programme("verify.py") as asked,
        served(asked.folder, cpu=asked.server_cpu, client_cpu=asked.client_cpu) as server,
    ):
        found = _awarded(server, asked.folder)
        tokens = [server.get(server.url(f"{path}.jwt")) for path in found.paths[:AGAIN]]
        files = {form: [server.get(server.url(f"{path}.{form}")) for path in found.paths[:AGAIN]] for form in _FILES}
        documents = found.documents.read_bytes().splitlines()
        with beside(server, asked.folder) as laurel:
            forgetful = replace(laurel, instance=replace(laurel.instance, fitted=Memo(1)))
            for _ in range(asked.rounds):
                add_raw_limits(asked.figures, json.loads(documents[0]), asked.folder, asked.seconds / 4)
                for name, file, media_type in (
                    ("upload", found.documents, "application/vc"),
                    ("address", found.addresses, "application/json"),
                ):
                    _add_turns(server, found, name, file, media_type, asked)
                    _add_again(server, name, file.read_bytes().splitlines()[:AGAIN], media_type, asked)
                _add_again(server, "token", tokens, "application/vc+jwt", asked)
                for form, media_type in _FILES.items():
                    _add_again(server, form.upper(), files[form], media_type, asked)
                _add_in_process(laurel, "in process: verify", documents, asked)
                _add_in_process(laurel, "in process: verify, again", documents[:AGAIN], asked)
                for form in _FILES:
                    _add_in_process(forgetful, f"in process: verify {form.upper()}", files[form], asked)
        asked.figures.add("resident after all of it", server.resident(), "MB")


def _awarded(server: Served, folder: Path) -> Stored:
    """A batch of badges, each of a learner of its own."""
    write_batch(folder / "batch.ndjson")
    found = server.load_file(
        "/v1/completions:batch", folder / "batch.ndjson", seconds=_BATCH_SECONDS, count='"outcome":"issued"'
    )
    if found["found"] != BATCH_ROWS:
        raise SystemExit(f"{found['found']} of {BATCH_ROWS} rows were issued")
    return stored(server, folder)


def _add_turns(server: Served, of: Stored, name: str, file: Path, media_type: str, asked: Programme) -> None:
    found = server.load_lines("/v1/verify", file, media_type, clients=CLIENTS, seconds=asked.seconds, first=of.next)
    of.next = found["next_number"]
    _add(asked, f"HTTP: verify by {name}", found)


def _add_again(server: Served, name: str, bodies: Sequence[bytes], media_type: str, asked: Programme) -> None:
    for seconds in (_ONCE, asked.seconds / 2):  # the first time does not count
        found = server.load("/v1/verify", bodies, media_type, clients=CLIENTS, seconds=seconds, expected=200)
    _add(asked, f"HTTP: verify by {name}, again", found)


def _add(asked: Programme, label: str, found: dict[str, Any]) -> None:
    asked.figures.add(label, found["rate"], "/s", client=found["busy"])
    asked.figures.add(f"{label}: p99", found["p99"], "ms")
    asked.figures.add(f"{label}: CPU of the server", found["cpu"], "ms each")


def _add_in_process(laurel: Laurel, label: str, documents: Sequence[bytes], asked: Programme) -> None:
    """The same database without HTTP, in one thread."""
    turns, now = itertools.cycle(documents), laurel.clock()

    def verify() -> None:
        report = verify_submission(laurel.database, next(turns), Question(now), instance=laurel.instance, now=now)
        if report.verdict is not Verdict.VALID:
            raise SystemExit(report.summary)

    asked.figures.add(label, rate(verify, asked.seconds / 2), "/s")


if __name__ == "__main__":
    main()
