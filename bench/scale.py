"""What things cost with 1,000, 100,000 and 1,000,000 stored credentials; and 300,000 awards in a row.

    python bench/scale.py [--sizes 1000,100000,1000000] [--awards 300000] [--rounds 3] [--folder DIR] [--json]

In process and in one thread on SQLite (synchronous FULL), so that HTTP does not hide what grows. Takes some ten minutes
and 15 GB in the folder, which it deletes. The stored credentials come from `filling.py`, those that are awarded,
verified and revoked here are real.
"""

from __future__ import annotations

import gc
import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar
from uuid import UUID

from figures import RESULTS, Programme, arguments, measuring
from filling import Place, fill, model_row, stored
from issue import completions
from serving import served

from app.main import build
from app.routers.deps import Laurel
from app.services.actors import TERMINAL, Actor
from app.services.awards import Awarded
from app.services.completions import Completion
from app.services.credentials import revoke_credential, signed_bytes
from app.services.searching import Search, list_credentials
from app.services.status import ListForm, signed_status_list
from app.services.verifying import Question, verify_at_once
from app.settings import Environment, Settings
from app.storage import Cursor, NewCredential
from app.verification import Verdict

Value = TypeVar("Value")
SIZES: Final = (1_000, 100_000, 1_000_000)
AWARDS: Final = 300_000
_WINDOW: Final = 1_000  # awards that are timed together
_SINGLE: Final = 300  # single awards, verifications and look-ups a round
_FEW: Final = 20  # of what takes long
_PAGE: Final = 50
_SEED: Final = 20_261_123
Costs = dict[str, dict[int, float]]


def main(argv: Sequence[str]) -> None:
    parser = arguments("scale.py")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="stored credentials, ascending")
    parser.add_argument("--awards", type=int, default=AWARDS, help="awards in a row (300,000); 0 for none")
    parser.add_argument("--results", type=Path, default=RESULTS / "scale.json", help="where the JSON is written")
    parsed = parser.parse_args(argv)
    sizes = [int(size) for size in parsed.sizes.split(",")]
    with measuring(parsed) as asked:
        costs = costs_by_size(asked, sizes)
        if parsed.awards:
            long_run(asked, parsed.awards)
    report = {**asked.figures.report(), "milliseconds": costs}
    parsed.results.parent.mkdir(parents=True, exist_ok=True)
    parsed.results.write_text(json.dumps(report, indent=2) + "\n")
    if parsed.json:
        print(json.dumps(report, indent=2))
    else:
        _print(costs, sizes)
        asked.figures.print(as_json=False)


def _print(costs: Costs, sizes: list[int]) -> None:
    print(f"{'milliseconds each, median':44}" + "".join(f"{size:>12,}" for size in sizes) + f"{'last/first':>12}")
    for name, found in costs.items():
        ratio = found[sizes[-1]] / found[sizes[0]]
        print(f"{name:44}" + "".join(f"{found[size]:12.3f}" for size in sizes) + f"{ratio:12.2f}")
    print()


# A database that grows ------------------------------------------------------------------------------------------------


def costs_by_size(asked: Programme, sizes: list[int]) -> Costs:
    """The median cost of each thing at each size, in milliseconds."""
    costs: Costs = {}
    with _laurel(asked.folder / "growing") as (laurel, model):
        places: list[Place] = []
        for size in sizes:
            begun, before = time.perf_counter(), stored(laurel)
            places += fill(laurel, model, size - before)
            seconds = time.perf_counter() - begun
            asked.figures.add(f"filling up to {size:,}", (size - before) / seconds, "/s")
            asked.figures.add(f"the database at {size:,}", _megabytes(asked.folder / "growing"), "MB")
            gc.freeze()  # as `laurel serve` does
            timed = Timed(laurel, model, places)
            rounds = [timed.round() for _ in range(asked.rounds)]
            for name in rounds[0]:
                costs.setdefault(name, {})[size] = statistics.median(each[name] for each in rounds)
    return costs


class Timed:
    """One size. A round gives the median time of each thing, in milliseconds."""

    def __init__(self, laurel: Laurel, model: NewCredential, places: list[Place]) -> None:
        self._laurel = laurel
        self._issuer = Actor("bench", model.issuer_id, frozenset({"read", "issue"}), test=False)
        self._places = sorted(places, key=lambda place: place.issued_at)
        self._random = random.Random(_SEED)
        self._list_id = model.status_list_id

    def round(self) -> dict[str, float]:
        awarded: list[UUID] = []
        groups = [completions(_WINDOW) for _ in range(3)]
        singles = completions(_SINGLE)
        newest = groups[-1]
        return {
            "award": _median(lambda row: awarded.append(self._award(row)), singles),
            "award, in batches": _median(self._award_many, groups) / _WINDOW,
            "award again (a retry)": _median(self._award, newest[:_SINGLE]),
            "look up by id": _median(self._look_up, self._some(_SINGLE)),
            "verify by address": _median(self._verify, awarded),
            "status list, after a change": _median(self._signed_list, self._revoked(awarded[:_FEW])),
            "list credentials: newest page of an issuer": _median(
                lambda _: self._page(self._issuer, None), range(_FEW)
            ),
            "list credentials: page in the middle": _median(self._page_after, self._middle()),
            "list credentials: newest page of all": _median(lambda _: self._page(TERMINAL, None), range(_FEW)),
        }

    def _some(self, count: int) -> list[Place]:
        return self._random.choices(self._places, k=count)

    def _middle(self) -> list[Place]:
        middle = len(self._places) // 2
        return self._places[middle : middle + _FEW]

    def _now(self) -> datetime:
        return self._laurel.clock()

    def _award(self, completion: Completion) -> UUID:
        return self._laurel.writer.award_one(completion, actor=TERMINAL, now=self._now()).credential_id

    def _award_many(self, rows: list[Completion]) -> None:
        _require_awarded(self._laurel, rows)

    def _look_up(self, place: Place) -> None:
        with self._laurel.database.reading() as session:
            signed_bytes(session, place.id)

    def _verify(self, credential_id: UUID) -> None:
        laurel, now = self._laurel, self._now()
        url = laurel.instance.site.credential(credential_id)
        report = verify_at_once(laurel.database, url, Question(now), instance=laurel.instance, now=now)
        if report is None or report.verdict is not Verdict.VALID:
            raise SystemExit(report.summary if report else "a badge of ours was not verified at once")

    def _revoked(self, ids: Iterable[UUID]) -> Iterator[UUID]:
        """The list of each, once the credential has been revoked."""
        for credential_id in ids:
            with self._laurel.database.transaction() as session:
                found = revoke_credential(session, credential_id, reason="a sample", actor=TERMINAL, now=self._now())
                list_id = found.stored.row.status_list_id
            yield list_id

    def _signed_list(self, list_id: UUID) -> None:
        laurel = self._laurel
        with laurel.database.reading() as session:
            signed_status_list(session, list_id, ListForm.JSON, instance=laurel.instance, now=self._now())

    def _page(self, actor: Actor, after: Cursor | None) -> None:
        with self._laurel.database.reading() as session:
            found = list_credentials(
                session,
                Search(),
                actor=actor,
                site=self._laurel.instance.site,
                after=after,
                limit=_PAGE,
                now=self._now(),
            )
        if len(found.items) != _PAGE:
            raise SystemExit(f"a page held {len(found.items)} credentials")

    def _page_after(self, place: Place) -> None:
        self._page(self._issuer, Cursor(place.issued_at, place.id))


def _median(call: Callable[[Value], object], values: Iterable[Value]) -> float:
    """Milliseconds of the median call; what it takes to come by the next value is not timed."""
    times = []
    for value in values:
        begun = time.perf_counter()
        call(value)
        times.append(time.perf_counter() - begun)
    return statistics.median(times) * 1_000


# A long run -----------------------------------------------------------------------------------------------------------


def long_run(asked: Programme, awards: int) -> None:
    """Real awards in batches into an empty database, timed by the thousand."""
    with _laurel(asked.folder / "long") as (laurel, _):
        gc.freeze()
        rates = [_WINDOW / _seconds(laurel) for _ in range(awards // _WINDOW)]
    asked.figures.add(f"first 1,000 of {awards:,} awards", rates[0], "/s")
    asked.figures.add(f"last 1,000 of {awards:,} awards", rates[-1], "/s")
    for name, part in (("first", rates[:10]), ("last", rates[-10:])):
        for found in part:
            asked.figures.add(f"{name} ten thousands of {awards:,} awards", found, "/s")


def _seconds(laurel: Laurel) -> float:
    rows = completions(_WINDOW)
    begun = time.perf_counter()
    _require_awarded(laurel, rows)
    return time.perf_counter() - begun


def _require_awarded(laurel: Laurel, rows: list[Completion]) -> None:
    for outcome in laurel.writer.award_many(rows, actor=TERMINAL, now=laurel.clock()):
        if not isinstance(outcome, Awarded) or outcome.replayed:
            raise SystemExit(f"not awarded: {outcome}")


@contextmanager
def _laurel(folder: Path) -> Iterator[tuple[Laurel, NewCredential]]:
    """A new database in the folder with one issuer and one credential; all of it is deleted by the programme."""
    folder.mkdir()
    with served(folder) as server:  # the API makes the issuer and the achievement
        model, url = server.award()["credential"]["id"], server.url("")
    laurel = build(Settings(environment=Environment.DEVELOPMENT, data_dir=folder, public_url=url))
    try:
        yield laurel, model_row(laurel, UUID(model.rpartition("/")[2]))
    finally:
        laurel.close()


def _megabytes(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.glob("laurel.sqlite3*")) / 1_000_000


if __name__ == "__main__":
    main(sys.argv[1:])
