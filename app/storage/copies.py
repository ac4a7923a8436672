"""Copies of an SQLite database: made while the service runs and writes, checked, and put in place whole."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Final

from app.errors import ConfigurationError, ConflictError, StorageUnavailableError
from app.storage.journal import sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

# https://sqlite.org/src/file/src/os.h: whoever has a database open in WAL mode holds one of these bytes.
_SHARED_FIRST: Final = 0x40000000 + 2
_SHARED_SIZE: Final = 510
_BESIDE: Final = ("-wal", "-shm")


def make_copy(source: Path, target: Path) -> None:
    """A copy of one moment, in one file that only its owner may read, checked and on the disk.

    Writers go on meanwhile. Raises ConflictError when `target` exists, StorageUnavailableError.
    """
    if target.exists():
        raise ConflictError(f"{target} exists already; copies are never written over.")
    with _unfinished(target) as part:
        _copy(source, part)
        check_copy(part)
        part.rename(target)
    sync_folder(target)


def check_copy(file: Path) -> None:
    """Raises StorageUnavailableError unless it is a whole database of ours."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            [(said,)] = connection.execute("PRAGMA integrity_check(1)").fetchall()
            connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise StorageUnavailableError(f"{file} is not a whole database of Laurel: {error}.") from error
    if said != "ok":
        raise StorageUnavailableError(f"{file} is damaged: {said}.")


@contextmanager
def put_in_place(copy: Path, target: Path, *, force: bool, now: datetime) -> Iterator[Path]:
    """A file to make ready, from the copy; at the end it takes the place of `target`, or nothing has happened.

    What was at `target` stays beside it under another name. Raises StorageUnavailableError for a copy that is not
    whole, ConflictError when there is a database and no `force`, or when a process has it open.
    """
    check_copy(copy)
    if target.exists() and not force:
        raise ConflictError(f"{target} exists. With --force it is put aside, and the copy takes its place.")
    require_unused(target)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _unfinished(target) as part:
        _copy(copy, part)
        yield part
        _into_one_file(part)
        require_unused(target)
        _put_aside(target, now)
        part.rename(target)
    sync_folder(target)


def require_unused(file: Path) -> None:
    """Raises ConflictError when another process has the database open."""
    try:
        descriptor = os.open(file, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, _SHARED_SIZE, _SHARED_FIRST)
    except OSError:
        raise ConflictError(f"A process has {file} open. Stop the service first.") from None
    finally:
        os.close(descriptor)


@contextmanager
def _unfinished(target: Path) -> Iterator[Path]:
    """A private, empty file beside `target`, which is gone at the end unless it was renamed."""
    part = target.with_name(f"{target.name}.part")
    _remove(part)
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise ConfigurationError(f"{part} cannot be made ({error.strerror}).") from None
    try:
        yield part
    finally:
        _remove(part)


def _copy(source: Path, target: Path) -> None:
    """In one step: copied in several, it would begin again whenever somebody writes."""
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as reading,
            closing(sqlite3.connect(target)) as writing,
        ):
            reading.backup(writing)
        _into_one_file(target)
    except sqlite3.Error as error:
        raise StorageUnavailableError(f"{source} cannot be copied: {error}.") from error


def _into_one_file(file: Path) -> None:
    """Everything is in the file itself and on the disk, and nothing beside it."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE").fetchone()
    descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _put_aside(file: Path, now: datetime) -> None:
    """With what stands beside it: the newest pages may be there."""
    aside = file.with_name(f"{file.name}.before-{now:%Y%m%dT%H%M%S}")
    for ending in ("", *_BESIDE):
        part = file.with_name(file.name + ending)
        if part.exists():
            part.rename(aside.with_name(aside.name + ending))


def _remove(file: Path) -> None:
    for ending in ("", *_BESIDE, "-journal"):
        file.with_name(file.name + ending).unlink(missing_ok=True)
