"""The journal: lines of the audit log in a file of their own, for when the database is lost (docs/decisions/0025).

It is on the disk before the commit is. Lines of awards are left out: they come by the thousand, and their loss takes
nothing back that somebody was told.
"""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, Final

import orjson

from app.errors import StorageFullError, StorageUnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from app.storage.audit_chain import Line

LEFT_OUT: Final = frozenset({"credential.issue", "vc.issue"})
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_LONGEST: Final = 64 * 1024  # of a line


class Journal:
    """A file that only grows; several processes of one machine may share it."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def append(self, lines: Iterable[Line]) -> None:
        """Returns when they are on the disk. Raises StorageFullError, StorageUnavailableError."""
        raw = b"".join(orjson.dumps(line) + b"\n" for line in lines if line["action"] not in LEFT_OUT)
        if not raw:
            return
        try:
            self._write(raw)
        except OSError as error:
            said = f"The journal {self.file} cannot be written ({error.strerror}). Nothing was stored."
            raise (StorageFullError(said) if error.errno in _FULL else StorageUnavailableError(said)) from error

    def _write(self, raw: bytes) -> None:
        is_new = not self.file.exists()
        descriptor = os.open(self.file, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            size = os.fstat(descriptor).st_size
            torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"  # by a power cut; it spoils no other line
            rest = memoryview(b"\n" + raw if torn else raw)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if is_new:
            sync_folder(self.file)


def read_journal(file: Path) -> Iterator[bytes]:
    """Its lines, none longer than a line may be. Raises OSError."""
    with file.open("rb") as opened:
        while raw := opened.readline(_LONGEST):
            if line := raw.strip():
                yield line


def sync_folder(file: Path) -> None:
    """What was made, renamed or taken away in the file's folder is so on the disk too."""
    descriptor = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
