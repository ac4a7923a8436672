"""Looks into PDF files in a process of its own (see `worker.py`), for `pdf_path.py`."""

from __future__ import annotations

import codecs
from typing import Final

# Not when they are first needed, as elsewhere: then nothing can be opened any more, modules included.
import pypdf.filters  # noqa: F401

import app.openbadges.attachments  # noqa: F401
from app.errors import InputError
from app.openbadges import unbake_pdf
from app.services.worker import work

MEMORY_BYTES: Final = 256 * 1024 * 1024
_ENCODINGS: Final = ("utf-16be", "utf-16le", "gbk")  # in which pypdf reads texts and names


def unbaked(task: bytes) -> bytes:
    """`task` is the file, whose size was looked at before; the answer what is attached. Raises InputError."""
    return unbake_pdf(task, max_bytes=len(task)).encode()


if __name__ == "__main__":
    for encoding in _ENCODINGS:  # each a module that is imported when first asked for
        codecs.lookup(encoding)
    work(unbaked, refusals=InputError, memory=MEMORY_BYTES)
