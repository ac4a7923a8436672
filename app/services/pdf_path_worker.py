"""Looks into PDF files in a process of its own (see `worker.py`), for `pdf_path.py`."""

from __future__ import annotations

import codecs
import json
from dataclasses import asdict
from typing import Final

# Not when they are first needed, as elsewhere: then nothing can be opened any more, modules included.
import pypdf.filters
import pypdf.generic._font  # noqa: F401

import app.openbadges.attachments
import app.openbadges.pages  # noqa: F401
from app.errors import InputError
from app.openbadges import printed_by_pdf, unbake_pdf
from app.services.pdf_tasks import PRINTED
from app.services.worker import work

MEMORY_BYTES: Final = 256 * 1024 * 1024
# In which pypdf reads texts and names, and what is shown on pages.
_ENCODINGS: Final = (
    *("utf-16be", "utf-16le", "utf-16-be", "gbk", "gb2312", "gb18030", "cp950", "cp932", "charmap", "latin-1"),
)


def looked_into(task: bytes) -> bytes:
    """What is attached to the file, whose size was looked at before, or what it prints, as JSON. Raises InputError."""
    raw = task[1:]
    if task.startswith(PRINTED):
        return json.dumps(asdict(printed_by_pdf(raw))).encode()
    return unbake_pdf(raw, max_bytes=len(raw)).encode()


if __name__ == "__main__":
    for encoding in _ENCODINGS:  # each a module that is imported when first asked for
        codecs.lookup(encoding)
    work(looked_into, refusals=InputError, memory=MEMORY_BYTES)
