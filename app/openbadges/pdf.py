"""Credentials attached to PDF files, as our own certificates carry them.

No standard says how a badge travels in a PDF. Read here are the files that are attached to it, whatever they are
called: the credential is told by its content. What the pages print proves nothing; it is read to be compared with it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from app.errors import MalformedDocumentError, TooLargeError
from app.language.said import Said, said
from app.openbadges.baked import Baked, Printed
from app.openbadges.png import MAX_IMAGE_BYTES
from app.openbadges.sniff import sniff
from app.openbadges.vocabulary import RECEIPT_TYPE

NOTHING_ATTACHED: Final = Said(
    "There is no credential attached to this PDF. A PDF that was printed, scanned or saved anew does not carry it any "
    "more; ask for the original file."
)
SEVERAL_ATTACHED: Final = Said("There is more than one credential, or receipt, attached to this PDF.")


def unbake_pdf(raw: bytes, *, max_bytes: int = MAX_IMAGE_BYTES) -> str:
    """The text of the one credential that is attached to `raw`: JSON or a compact JWS. Where there is none, that of the
    verification receipt, so that whoever reads it can say what it is.

    Raises MalformedDocumentError when there is none, more than one, or the file is damaged or encrypted; TooLargeError
    past a limit.
    """
    return locate_pdf(raw, max_bytes=max_bytes).text


def locate_pdf(raw: bytes, *, max_bytes: int = MAX_IMAGE_BYTES) -> Baked:
    """The same with its place. A credential that is attached twice, byte for byte, is one."""
    # 80 ms and 12 MB that nobody needs until a PDF comes.
    from app.openbadges.attachments import attached_files

    if len(raw) > max_bytes:
        raise TooLargeError(
            said("The PDF has {bytes} bytes; the limit is {most}.", bytes=str(len(raw)), most=str(max_bytes))
        )
    attached = attached_files(raw)
    found = _distinct(attached, _is_credential) or _distinct(attached, _is_receipt)
    if not found:
        raise MalformedDocumentError(NOTHING_ATTACHED)
    if len(found) > 1:
        raise MalformedDocumentError(SEVERAL_ATTACHED)
    [(content, name)] = found.items()
    return Baked(_text(content), f"attached file “{name}”")


def _distinct(attached: list[tuple[str, bytes]], is_wanted: Callable[[bytes], bool]) -> dict[bytes, str]:
    found: dict[bytes, str] = {}
    for name, content in attached:
        if is_wanted(content):
            found.setdefault(content, name)
    return found


def printed_by_pdf(raw: bytes) -> Printed:
    """What the first pages of `raw` print. Nothing that a file does raises, except for want of memory; of a file that
    cannot be read, nothing is told.
    """
    from app.openbadges.pages import printed

    return printed(raw)


def _is_credential(content: bytes) -> bool:
    """JSON of another kind may be attached beside a credential; every credential has a context."""
    form = sniff(content)
    return form == "jwt" or (form == "json" and b'"@context"' in content)


def _is_receipt(content: bytes) -> bool:
    return sniff(content) == "json" and f'"{RECEIPT_TYPE}"'.encode() in content


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise MalformedDocumentError("The credential attached to this PDF is not UTF-8.") from error
