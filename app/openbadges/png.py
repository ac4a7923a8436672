"""Credentials in PNG images: one uncompressed iTXt chunk (Open Badges 3.0, 5.3.1).

Pixels are never decoded: a PNG is a signature and a row of chunks (length, kind, data, CRC); baking inserts
one. What others baked is read more liberally than it is written: in any of the three kinds of text chunk,
compressed or not, and under the keywords of Open Badges 2.0 and of learner records too.
"""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass
from typing import Final

from app.errors import MalformedDocumentError, MalformedImageError, TooLargeError
from app.language.said import Said, said
from app.openbadges.baked import Baked, Twin

PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
MAX_IMAGE_BYTES: Final = 5 * 1024 * 1024
MAX_CHUNKS: Final = 1_024
"""libpng writes pixels in pieces of 8 KiB: an honest file of 5 MiB has some 640 chunks, bombs have 30,000."""

MAX_INFLATED_TEXT: Final = 256 * 1024

_KEYWORD: Final = b"openbadgecredential"
_LEARNER_RECORD: Final = b"clrcredential"  # Comprehensive Learner Record 2.0
_OLDER: Final = b"openbadges"  # Open Badges 2.0; one image may carry a badge of both versions
_MAX_KEYWORD: Final = 79  # PNG 11.3.3.1
_CHUNK_HEAD: Final = struct.Struct(">I4s")
_CRC: Final = struct.Struct(">I")
_KIND: Final = re.compile(rb"[A-Za-z]{4}")
_PLAIN: Final = b"\0\0"  # compression flag, compression method
_DEFLATED: Final = b"\1\0"
_DEFLATE: Final = b"\0"  # the only compression method there is
_IHDR_LENGTH: Final = 13


@dataclass(frozen=True, slots=True)
class Chunk:
    """One chunk of a PNG: `whole` is everything from its length to its CRC, `data` what stands between."""

    kind: bytes
    data: bytes
    whole: bytes


def bake_png(png: bytes, text: str, *, twin: Twin | None = None) -> bytes:
    """`png` with `text` (the credential as JSON or compact JWS) in it, in place of one that was there before.

    With a `twin` it holds that as well, for readers of Open Badges 2.0 (Baking Specification 2.0, PNG). Raises
    MalformedImageError when `png` is none.
    """
    *others, end = read_png_chunks(png)
    baked = {_KEYWORD: text} | ({_OLDER: twin.text} if twin else {})
    kept = [chunk.whole for chunk in others if _keyword(chunk) not in (*baked, _LEARNER_RECORD)]
    return b"".join((PNG_SIGNATURE, *kept, *(_text_chunk(*item) for item in baked.items()), end.whole))


def unbake_png(raw: bytes, *, max_bytes: int = MAX_IMAGE_BYTES) -> str:
    """The text of the one credential in `raw`.

    Raises MalformedDocumentError when there is none, more than one, or the image is damaged; TooLargeError
    past a limit.
    """
    return locate_png(raw, max_bytes=max_bytes).text


def locate_png(raw: bytes, *, max_bytes: int = MAX_IMAGE_BYTES) -> Baked:
    """The same with its place: of an Open Badges 2.0 twin beside a newer credential, only the newer counts."""
    try:
        chunks = read_png_chunks(raw, max_bytes=max_bytes)
    except MalformedImageError as error:
        raise MalformedDocumentError(error.message) from error
    found = _by_keyword(chunks)
    counts, older = _the_one(found), found.get(_OLDER)
    return Baked(_text(counts), _place(counts), _place(older) if older and older is not counts else None)


def _place(chunk: Chunk) -> str:
    return f"{chunk.kind.decode()} chunk “{_keyword(chunk).decode()}”"


def _by_keyword(chunks: tuple[Chunk, ...]) -> dict[bytes, Chunk]:
    found: dict[bytes, Chunk] = {}
    for chunk in chunks:
        keyword = _keyword(chunk)
        if keyword in found:
            raise MalformedDocumentError(Said("There is more than one credential in this image."))
        if keyword in (_KEYWORD, _LEARNER_RECORD, _OLDER):
            found[keyword] = chunk
    return found


def _the_one(found: dict[bytes, Chunk]) -> Chunk:
    if _KEYWORD in found and _LEARNER_RECORD in found:
        raise MalformedDocumentError(
            Said("There is more than one credential in this image: a badge and a learner record.")
        )
    chunk = found.get(_KEYWORD) or found.get(_LEARNER_RECORD) or found.get(_OLDER)
    if chunk is None:
        raise MalformedDocumentError(Said("There is no credential in this image."))
    return chunk


def read_png_chunks(raw: bytes, *, max_bytes: int = MAX_IMAGE_BYTES) -> tuple[Chunk, ...]:
    """The chunks of `raw`, IHDR first and IEND last, each length and CRC checked, nothing before or behind.

    Raises MalformedImageError, or TooLargeError past `max_bytes` or MAX_CHUNKS.
    """
    if len(raw) > max_bytes:
        raise TooLargeError(
            said("The image has {bytes} bytes; the limit is {most}.", bytes=str(len(raw)), most=str(max_bytes))
        )
    if not raw.startswith(PNG_SIGNATURE):
        raise MalformedImageError(Said("This is not a PNG image."))
    chunks: list[Chunk] = []
    position = len(PNG_SIGNATURE)
    while position < len(raw):
        if len(chunks) == MAX_CHUNKS:
            raise TooLargeError(f"The PNG has more than {MAX_CHUNKS} chunks.")
        chunk = _chunk_at(raw, position)
        chunks.append(chunk)
        position += len(chunk.whole)
        if chunk.kind == b"IEND":
            break
    _check_frame(chunks, ends_at=position, length=len(raw))
    return tuple(chunks)


def _chunk_at(raw: bytes, start: int) -> Chunk:
    head_end = start + _CHUNK_HEAD.size
    if head_end + _CRC.size > len(raw):
        raise MalformedImageError(Said("The PNG is cut off."))
    length, kind = _CHUNK_HEAD.unpack_from(raw, start)
    data_end = head_end + length
    if data_end + _CRC.size > len(raw):
        raise MalformedImageError("A chunk of the PNG states more bytes than there are.")
    if not _KIND.fullmatch(kind):
        raise MalformedImageError("The PNG holds a chunk without a proper name.")
    data = raw[head_end:data_end]
    if _CRC.unpack_from(raw, data_end)[0] != zlib.crc32(data, zlib.crc32(kind)):
        raise MalformedImageError(f"The {kind.decode()} chunk of the PNG is damaged (its checksum does not fit).")
    return Chunk(kind, data, raw[start : data_end + _CRC.size])


def _check_frame(chunks: list[Chunk], *, ends_at: int, length: int) -> None:
    kinds = [chunk.kind for chunk in chunks]
    if not chunks or kinds[0] != b"IHDR" or kinds.count(b"IHDR") != 1 or len(chunks[0].data) != _IHDR_LENGTH:
        raise MalformedImageError("The PNG does not start with one header (IHDR).")
    if kinds[-1] != b"IEND" or chunks[-1].data:
        raise MalformedImageError("The PNG has no proper end (IEND).")
    if ends_at != length:
        raise MalformedImageError("Bytes follow the end of the PNG.")


def _keyword(chunk: Chunk) -> bytes:
    """What a text chunk calls itself; nothing for other chunks."""
    return chunk.data[: _MAX_KEYWORD + 1].partition(b"\0")[0] if chunk.kind in _READERS else b""


def _text_chunk(keyword: bytes, text: str) -> bytes:
    # Keyword, then five NULs: end of keyword, not compressed, method 0, no language, no translated keyword.
    data = keyword + b"\0\0\0\0\0" + text.encode()
    crc = zlib.crc32(data, zlib.crc32(b"iTXt"))
    return b"".join((_CHUNK_HEAD.pack(len(data), b"iTXt"), data, _CRC.pack(crc)))


def _text(chunk: Chunk) -> str:
    """PNG says Latin-1 for tEXt and zTXt; what stands there of badges is ASCII, or UTF-8 all the same."""
    after_keyword = chunk.data[len(_keyword(chunk)) + 1 :]
    try:
        return _READERS[chunk.kind](after_keyword).decode()
    except UnicodeDecodeError as error:
        raise MalformedDocumentError("The credential in this image is not UTF-8.") from error


def _international(data: bytes) -> bytes:
    flags, parts = data[:2], data[2:].split(b"\0", 2)  # language, translated keyword, text
    if flags not in (_PLAIN, _DEFLATED) or len(parts) != len(("language", "keyword", "text")):
        raise MalformedDocumentError("The credential chunk of this image is not a proper iTXt chunk.")
    return _inflate(parts[-1]) if flags == _DEFLATED else parts[-1]


def _compressed(data: bytes) -> bytes:
    if data[:1] != _DEFLATE:
        raise MalformedDocumentError("The credential chunk of this image is not a proper zTXt chunk.")
    return _inflate(data[1:])


def _inflate(data: bytes) -> bytes:
    """Bakers must not compress (5.3.1.1); those that did are read all the same, but never past the limit."""
    inflater = zlib.decompressobj()
    try:
        text = inflater.decompress(data, MAX_INFLATED_TEXT + 1)
    except zlib.error as error:
        raise MalformedDocumentError("The credential in this image is compressed and damaged.") from error
    if len(text) > MAX_INFLATED_TEXT:
        raise TooLargeError(f"The credential in this image inflates to more than {MAX_INFLATED_TEXT} bytes.")
    if not inflater.eof or inflater.unused_data:
        raise MalformedDocumentError("The credential in this image is compressed and damaged.")
    return text


def _as_it_stands(data: bytes) -> bytes:
    return data


_READERS: Final = {b"iTXt": _international, b"zTXt": _compressed, b"tEXt": _as_it_stands}
