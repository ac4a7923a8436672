"""backup, restore: a copy of everything that the service knows, and how to go on from one (docs/decisions/0025)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from app.errors import MalformedDocumentError
from app.routers.deps import utc_now
from app.services.restoring import Adopted, adopt
from app.settings import Settings, load_settings
from app.storage import Database, copies, migrate, postgresql_copies
from app.storage.journal import read_journal


def register(app: typer.Typer) -> None:
    app.command()(backup)
    app.command()(restore)


def backup(file: Annotated[Path, typer.Argument(help="A file that does not exist yet.")]) -> None:
    """Copy the whole database to a file, while the service runs. The key-encryption key is not in it."""
    begin = time.monotonic()
    settings = load_settings()
    if settings.sqlite_file is not None:
        copies.make_copy(settings.sqlite_file, file)
    else:
        postgresql_copies.dump(settings.sqlalchemy_url, file)
    print(f"{file}: {file.stat().st_size:,} bytes, checked, in {time.monotonic() - begin:.1f} s.")


def restore(
    file: Annotated[
        Path | None, typer.Argument(help="What `laurel backup` wrote. None: the database was put back by other means.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Take the place of a database that is there.")] = False,
    journal: Annotated[
        list[Path] | None, typer.Option(help="May be given several times; by default the one that is configured.")
    ] = None,
) -> None:
    """Go on from a copy: no status entry is used twice, and what the journal knows is revoked again.

    The service must not run. Exit status 1 when something remains for you to do.
    """
    settings = load_settings()
    journals = journal or [path for path in (settings.journal_path,) if path is not None and path.exists()]
    lines = (line for path in journals for line in _lines(path))
    with _in_place(settings, file, force=force) as database:
        migrate(database)
        adopted = adopt(database, lines, now=utc_now())
    _print(adopted, journals)
    raise typer.Exit(1 if adopted.not_done or adopted.unreadable or not journals else 0)


def _lines(journal: Path) -> Iterator[bytes]:
    try:
        yield from read_journal(journal)
    except OSError as error:
        raise MalformedDocumentError(f"{journal} cannot be read ({error.strerror}).") from None


@contextmanager
def _in_place(settings: Settings, file: Path | None, *, force: bool) -> Iterator[Database]:
    """The restored database, which takes its place when all went well."""
    target = settings.sqlite_file
    if target is None:
        with _opened(settings.sqlalchemy_url) as database:
            postgresql_copies.require_unused(database, force=force or file is None)
            if file is not None:
                postgresql_copies.load(settings.sqlalchemy_url, file, force=force)
            yield database
    elif file is None:
        copies.require_unused(target)
        with _opened(settings.sqlalchemy_url) as database:
            yield database
    else:
        with copies.put_in_place(file, target, force=force, now=utc_now()) as part, _opened(f"sqlite:///{part}") as new:
            yield new


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    """Without a journal: what is done here is in it."""
    database = Database.open(url)
    try:
        yield database
    finally:
        database.close()


def _print(adopted: Adopted, journals: list[Path]) -> None:
    print(f"{adopted.lists_closed} status lists were closed; new badges take new lists.")
    if journals:
        print(
            f"{adopted.revoked} revocations were done again, {adopted.lost} of badges that the copy did not know;"
            f" {adopted.keys_ended} API keys were ended again."
        )
    else:
        print("There is no journal: what was revoked after the copy was made stands again. Revoke it once more.")
    if adopted.unreadable:
        print(f"{adopted.unreadable} lines of the journal could not be read.")
    if adopted.not_done:
        print(f"{adopted.not_done} things that were done after the copy was made are yours to do again:")
    for named in adopted.named:
        print(f"  {named}")
    print("Run `laurel fsck` before you start the service.")
