"""Lists of bits, one or more for each credential, that are credentials themselves and so have an issuer and a proof.

Bitstring Status List v1.0, section 3.2, and its draft of 2021, of which lists are still published.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from app.errors import InputError, MalformedDocumentError
from app.language.said import Said
from app.openbadges import MINIMUM_LENGTH, VC_CONTEXT, decode_bitstring, entry_value, parse_index
from app.verification.evidence import Found, Missing, Need, NeedKind, OwnList, answer, own_list
from app.verification.keys import is_web_url
from app.verification.members import VC_1_CONTEXT, issuer_id, mapping, moment, numeric_date, several, text, texts
from app.verification.memo import Memo
from app.verification.proofs import Secured, secure
from app.verification.reading import Presented, read_bare
from app.verification.report import CheckResult, say
from app.verification.status_entry import Asked, Entry, StatusMethod, doubt
from app.verification.structure import vocabulary_trouble

_MAX_ENTRY_BITS: Final = 8
# What an entry that is not zero says, by the purpose of its list (section 2.1, statusPurpose).
_FINDINGS: Final = {
    "revocation": "status.revoked",
    "suspension": "status.suspended",
    "refresh": "status.newer",
    "message": "status.message",
}

# Lists are judged again and again: one list speaks for 131,072 badges.
_FITTED: Final = Memo(1_024)


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a list of one standard calls itself. `bare`: its bits come without a multibase sign."""

    credential: str
    subject: str
    contexts: frozenset[str]
    bare: bool


_BITSTRING: Final = _Kind("BitstringStatusListCredential", "BitstringStatusList", frozenset({VC_CONTEXT}), bare=False)
_OF_2021: Final = _Kind("StatusList2021Credential", "StatusList2021", frozenset({VC_CONTEXT, VC_1_CONTEXT}), bare=True)


def read_list(found: Found) -> Presented | None:
    """The list that was found, as JSON or as a token whatever it was called; None if it is neither."""
    try:
        return read_bare(found.content)
    except InputError:
        return None


def _address(entry: Entry) -> str | None:
    url = text(entry.get("statusListCredential"))
    return url if url is not None and is_web_url(url) else None


def _check_entry(kind: _Kind, asked: Asked) -> CheckResult:
    """The validate algorithm (section 3.2)."""
    purpose, url, size = text(asked.entry.get("statusPurpose")), _address(asked.entry), _size(asked.entry)
    if purpose not in _FINDINGS:
        return say("status.unsupported", what=purpose or Said("no purpose"))
    if size is None:
        return say("status.unsupported", what=f"{purpose}, in entries of an odd size")
    if url is None:
        return doubt("entry")
    kept = own_list(asked.evidence, url)
    if kept is not None:
        return _check_own_list(kept, purpose, size, asked)
    found = answer(asked.evidence, Need(NeedKind.STATUS_LIST, url))
    if isinstance(found, Missing):
        return say("status.unreachable", reason=found.reason)
    presented = read_list(found)
    if presented is None:
        return doubt("unreadable")
    return _check_list(kind, presented, url, asked) or _check_bits(kind, presented.document, purpose, size, asked.entry)


BITSTRING: Final = StatusMethod(_address, partial(_check_entry, _BITSTRING))
STATUS_LIST_2021: Final = StatusMethod(_address, partial(_check_entry, _OF_2021))


def _size(entry: Entry) -> int | None:
    """How many bits an entry has; None for what is no number of bits, or for more than anybody uses."""
    size = entry.get("statusSize", 1)
    is_usual = isinstance(size, int) and not isinstance(size, bool) and 1 <= size <= _MAX_ENTRY_BITS
    return size if is_usual else None


def _check_list(kind: _Kind, presented: Presented, url: str, asked: Asked) -> CheckResult | None:
    """The doubt about the list itself; None when it is this issuer's, signed, current and the one at this address."""
    document = presented.document
    # 1. A list of the right kind, in known words.
    if kind.contexts.isdisjoint(texts(document.get("@context"))[:1]) or vocabulary_trouble(presented) is not None:
        return doubt("kind")
    if kind.credential not in texts(document.get("type")):
        return doubt("kind")
    # 2. Of the same issuer, under this address.
    if issuer_id(document) != asked.issuer:
        return doubt("issuer")
    if document.get("id") != url:
        return doubt("address")
    # 3. Signed by that issuer.
    secured = secure(presented, asked.evidence, now=asked.now, memo=_FITTED)
    if not secured.holds:
        return doubt("unsigned" if secured.hopeless else "unchecked")
    # 4. Current.
    return None if _is_current(document, secured, asked) else doubt("dates")


def _is_current(document: Mapping[str, Any], secured: Secured, asked: Asked) -> bool:
    """Both versions of the data model have a start and an end, and so has a token; all of them are optional."""
    starts = [moment(document[name]) for name in ("validFrom", "issuanceDate") if name in document]
    ends = [moment(document[name]) for name in ("validUntil", "expirationDate") if name in document]
    ends += [numeric_date(secured.claims["exp"])] if "exp" in secured.claims else []
    is_started = all(start is not None and start <= asked.now for start in starts)
    return is_started and all(end is not None and end >= asked.now for end in ends)


def _check_bits(kind: _Kind, document: Mapping[str, Any], purpose: str, size: int, entry: Entry) -> CheckResult:
    subject = mapping(document.get("credentialSubject"))
    if kind.subject not in texts(subject.get("type")):
        return doubt("kind")
    if purpose not in texts(subject.get("statusPurpose")):
        return doubt("purpose")
    if not _is_duration(subject.get("ttl", 0)):
        return doubt("ttl")
    return _check_index(entry, purpose, size, lambda: decode_bitstring(subject.get("encodedList"), bare=kind.bare))


def _is_duration(ttl: object) -> bool:
    """Milliseconds for which a copy may be kept (section 2.2). It bounds caches; a list ends by its `validUntil`."""
    return isinstance(ttl, int | float) and not isinstance(ttl, bool) and ttl >= 0


def _check_own_list(kept: OwnList, purpose: str, size: int, asked: Asked) -> CheckResult:
    if kept.issuer != asked.issuer:
        return doubt("issuer")
    if kept.purpose != purpose:
        return doubt("purpose")
    return _check_index(asked.entry, purpose, size, lambda: kept.bits)


def has_bit(kept: OwnList, entry: Entry) -> bool:
    """Whether a list of our own says anything at the entry's index."""
    try:
        return entry_value(kept.bits, parse_index(entry.get("statusListIndex")), size=1) != 0
    except MalformedDocumentError:
        return False


def _check_index(entry: Entry, purpose: str, size: int, bits: Callable[[], bytes]) -> CheckResult:
    """What the list says at the entry's index; `bits` may raise InputError."""
    try:
        index = parse_index(entry.get("statusListIndex"))
    except MalformedDocumentError:
        return doubt("entry")
    try:
        known = bits()
    except InputError:
        return doubt("unreadable")
    if len(known) * 8 < MINIMUM_LENGTH * size:
        return doubt("unreadable")
    try:
        value = entry_value(known, index, size=size)
    except MalformedDocumentError:
        return doubt("range")
    if value == 0 and purpose != "message":
        return say("status.good")
    return say(_FINDINGS[purpose], **({"message": _message(entry, value)} if purpose == "message" else {}))


def _message(entry: Entry, value: int) -> str:
    """The text that the entry gives for `value`, which stands there in hexadecimal; or the value itself."""
    for one in map(mapping, several(entry.get("statusMessage"))):
        status, message = text(one.get("status")), text(one.get("message"))
        if message is not None and status is not None and _hexadecimal(status) == value:
            return message
    return hex(value)


def _hexadecimal(status: str) -> int | None:
    digits = status.lower().removeprefix("0x")
    return int(digits, 16) if digits and set(digits) <= _HEXADECIMAL and len(digits) <= _MAX_ENTRY_BITS else None


_HEXADECIMAL: Final = frozenset("0123456789abcdef")
