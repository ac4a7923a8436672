"""The files attached to a PDF, by way of pypdf (ISO 32000-2, 7.11.4 and 14.13). Imported when the first PDF comes.

pypdf bounds what a stream may inflate to and gives up on most loops, but its time and memory depend on the file in ways
that nobody has listed: a service does this in a process that it can end.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, Final

from pypdf import Configuration, PdfReader, apply_configuration
from pypdf.errors import FileNotDecryptedError, LimitReachedError, PyPdfError
from pypdf.generic import StreamObject

from app.errors import AppError, MalformedDocumentError, TooLargeError

MAX_ATTACHED_BYTES: Final = 1024 * 1024
MAX_ATTACHMENTS: Final = 64
MAX_LOOKUPS: Final = 10_000
"""Nodes of trees, pages and annotations that are looked at; so loops end, too."""

_STRUCTURE_BYTES: Final = 16 * 1024 * 1024  # what one stream of objects or of references may inflate to
_REFERENCES: Final = 200_000  # an honest PDF of 5 MiB has some thousands
_ROOTS: Final = 1_000  # objects among which the root of a damaged file is looked for
STRUCTURE: Final = Configuration(
    maximum_declared_stream_length=_STRUCTURE_BYTES,
    array_based_stream_maximum_output_length=_STRUCTURE_BYTES,
    zlib_maximum_output_length=_STRUCTURE_BYTES,
    zlib_maximum_recovery_input_length=0,  # what is damaged is not guessed at
    lzw_maximum_output_length=MAX_ATTACHED_BYTES,
    run_length_maximum_output_length=MAX_ATTACHED_BYTES,
    brotli_maximum_output_length=MAX_ATTACHED_BYTES,
    stream_filters_maximum_length=2,
    jbig2dec_binary=None,  # it would look for a program to run
    disable_legacy_handling=True,
)
CONTENT: Final = STRUCTURE.with_overwrites(zlib_maximum_output_length=MAX_ATTACHED_BYTES)
_NAMES: Final = ("/UF", "/F", "/Unix", "/DOS", "/Mac")  # under which a file specification has its name and its stream
_DAMAGED: Final = "This PDF is damaged, or not built as PDF files are."
_ENCRYPTED: Final = "This PDF is encrypted. Save it without a password, or send the credential that is attached to it."


def attached_files(raw: bytes) -> list[tuple[str, bytes]]:
    """Name and content of each file that the document, a page or an annotation names as attached.

    Those that are longer than a credential may be, or that are damaged, are left out. Raises MalformedDocumentError for
    a damaged or encrypted PDF, TooLargeError past a limit.
    """
    try:
        with apply_configuration(STRUCTURE):
            reader = opened(raw)
            _require_plain(reader)
            return _contents(Objects().specifications(reader.root_object))
    except (AppError, MemoryError, ImportError):
        raise
    except LimitReachedError as error:
        raise TooLargeError("The PDF holds more, once unpacked, than is read here.") from error
    except FileNotDecryptedError as error:
        raise MalformedDocumentError(_ENCRYPTED) from error
    except Exception as error:  # a damaged file can make pypdf raise nearly anything
        raise MalformedDocumentError(_ENCRYPTED if b"/Encrypt" in raw else _DAMAGED) from error


def opened(raw: bytes) -> PdfReader:
    """Raises nearly anything for a damaged file. Call it, and use it, under `STRUCTURE`."""
    return PdfReader(io.BytesIO(raw), root_object_recovery_limit=_ROOTS, xref_stream_maximum_entries=_REFERENCES)


def _require_plain(reader: PdfReader) -> None:
    """Also of what opens without a password: what is attached may be encrypted on its own."""
    if reader.is_encrypted:
        raise FileNotDecryptedError


class Objects:
    """The objects of one PDF, of which only so many are looked at."""

    def __init__(self) -> None:
        self._left = MAX_LOOKUPS

    def specifications(self, root: Any) -> Iterator[Any]:
        """File specifications, in the three places where a PDF names what is attached to it."""
        names = self.of(self.of(root, "/Names"), "/EmbeddedFiles")
        for node in self._tree(names):
            yield from self.several(node, "/Names")[1::2]  # key, value, key, value
        yield from self.several(root, "/AF")
        for page in self._tree(self.of(root, "/Pages")):
            yield from self.several(page, "/AF")
            for annotation in self.several(page, "/Annots"):
                if self.of(annotation, "/Subtype") == "/FileAttachment":
                    yield self.of(annotation, "/FS")

    def _tree(self, root: Any) -> Iterator[Any]:
        """Its nodes, without recursion, so that no depth can exhaust the stack."""
        waiting = [root]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += reversed(self.several(node, "/Kids"))

    def several(self, holder: Any, key: str) -> list[Any]:
        values = self.of(holder, key)
        if not isinstance(values, list):
            return []
        return [self._looked_up(value) for value in values]

    def of(self, holder: Any, key: str) -> Any:
        return self._looked_up(holder.get(key)) if isinstance(holder, dict) and key in holder else None

    def _looked_up(self, value: Any) -> Any:
        self._left -= 1
        if self._left < 0:
            raise TooLargeError("The PDF has more pages, notes and attached files than are read here.")
        return value.get_object()


def _contents(specifications: Iterator[Any]) -> list[tuple[str, bytes]]:
    streams: dict[int, tuple[str, StreamObject]] = {}
    for specification in specifications:
        for name, stream in _streams(specification):
            streams.setdefault(id(stream), (name, stream))  # which pypdf keeps, so that no other has this id
        if len(streams) > MAX_ATTACHMENTS:
            raise TooLargeError(f"More than {MAX_ATTACHMENTS} files are attached to the PDF.")
    found = ((name, _content(stream)) for name, stream in streams.values())
    return [(name, content) for name, content in found if content is not None]


def _streams(specification: Any) -> Iterator[tuple[str, StreamObject]]:
    if not isinstance(specification, dict) or "/EF" not in specification:
        return
    embedded = specification["/EF"]
    for key in _NAMES:
        stream = embedded[key] if isinstance(embedded, dict) and key in embedded else None
        if isinstance(stream, StreamObject):
            yield _name(specification), stream


def _name(specification: Any) -> str:
    return next((str(specification[key]) for key in _NAMES if key in specification), "without a name")


def _content(stream: StreamObject) -> bytes | None:
    """None for a stream that is too long or damaged: it is no credential, and another one may be."""
    try:
        with apply_configuration(CONTENT):
            content = stream.get_data()
    except (PyPdfError, NotImplementedError, ValueError):
        return None
    return content if len(content) <= MAX_ATTACHED_BYTES else None
