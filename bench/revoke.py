"""Finding and revoking 100,000 credentials by filter, among as many others.

    python bench/revoke.py [--rows 100000] [--others 100000] [--postgresql] [--folder DIR] [--json]

In process, as `laurel credential revoke` does it: a dry run, then transactions of 1,000, each durable, audited and in
the published list. One in a hundred was revoked before. The bar is ten minutes for 100,000.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import Final
from uuid import UUID

from figures import Programme, arguments, measuring
from filling import fill, model_row
from postgresql import postgresql
from serving import served

from app.main import build
from app.routers.deps import Laurel
from app.services import revoking
from app.services.actors import TERMINAL
from app.services.searching import Search
from app.services.status import own_status_list
from app.settings import Environment, Settings
from app.storage import NewCredential, status_lists

ROWS: Final = 100_000
_WANTED: Final = "revoked-by-filter"


def main(argv: Sequence[str]) -> None:
    parser = arguments("revoke.py")
    parser.add_argument("--rows", type=int, default=ROWS, help="credentials to revoke")
    parser.add_argument("--others", type=int, default=ROWS, help="credentials that stay")
    parser.add_argument("--postgresql", action="store_true", help="on a PostgreSQL of its own instead of SQLite")
    parsed = parser.parse_args(argv)
    with measuring(parsed) as asked, postgresql(asked.folder) if parsed.postgresql else nullcontext("") as url:
        revoke(asked, url, rows=parsed.rows, others=parsed.others)
    asked.figures.print(as_json=parsed.json)


def revoke(asked: Programme, database_url: str, *, rows: int, others: int) -> None:
    """Adds the figures of one database."""
    name = "PostgreSQL" if database_url else "SQLite"
    laurel, model = _laurel(asked, database_url)
    try:
        fill(laurel, model, others)
        fill(laurel, replace(model, source=_WANTED), rows)
        begun = time.perf_counter()
        search, site = Search(source=_WANTED), laurel.instance.site
        with laurel.database.reading() as session:
            seen = revoking.preview(session, search, actor=TERMINAL, site=site, now=laurel.clock())
        dry = time.perf_counter() - begun
        steps = revoking.revoke_many(
            laurel.database,
            search,
            seen.confirmation,
            reason="a sample",
            actor=TERMINAL,
            site=site,
            now=laurel.clock(),
        )
        *_, last = steps
        seconds = time.perf_counter() - begun
        if last.revoked != seen.count:
            raise SystemExit(f"{last.revoked} of {seen.count} were revoked")
        _require_published(laurel, model)
    finally:
        laurel.close()
    asked.figures.add(f"{name}: dry run of {rows:,}, of {rows + others:,}", dry, "s")
    asked.figures.add(f"{name}: find and revoke {rows:,}", seconds, "s")
    asked.figures.add(f"{name}: revocations", seen.count / seconds, "/s")


def _laurel(asked: Programme, database_url: str) -> tuple[Laurel, NewCredential]:
    """A new database with one issuer and one credential."""
    folder = asked.folder / "revoking"
    folder.mkdir()
    with served(folder, database_url=database_url) as server:
        model, url = server.award()["credential"]["id"], server.url("")
    settings = Settings(environment=Environment.DEVELOPMENT, data_dir=folder, public_url=url, database_url=database_url)
    laurel = build(settings)
    return laurel, model_row(laurel, UUID(model.rpartition("/")[2]))


def _require_published(laurel: Laurel, model: NewCredential) -> None:
    """Every list has as many bits as it has changes."""
    with laurel.database.reading() as session:
        found = {
            row.id: len(status_lists.revoked_indexes(session, row.id))
            for row in status_lists.list_lists(session, model.issuer_id)
        }
    for list_id, count in found.items():
        with laurel.database.asking() as live:
            bits = own_status_list(live, list_id, instance=laurel.instance).bits
        if sum(byte.bit_count() for byte in bits) != count:
            raise SystemExit(f"list {list_id} does not show its {count} revocations")


if __name__ == "__main__":
    main(sys.argv[1:])
