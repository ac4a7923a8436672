"""Step 7: has the issuer withdrawn it? A status method is one function here (Bitstring Status List v1.0, section 3.2).

Any doubt about a list leaves the question open: a list that cannot be relied on says neither yes nor no.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from app.errors import InputError, MalformedDocumentError
from app.openbadges import VC_CONTEXT, bit_is_set, decode_bitstring, parse_index
from app.verification.evidence import Evidence, Found, Missing, Need, NeedKind, OwnList, answer, own_list
from app.verification.keys import is_web_url
from app.verification.members import issuer_id, mapping, moment, several, text, texts
from app.verification.memo import Memo
from app.verification.outcome import Outcome
from app.verification.proofs import secure
from app.verification.reading import Presented, read
from app.verification.report import CheckResult, say
from app.verification.structure import vocabulary_trouble
from app.verification.words import LIST_DOUBTS

MAX_ENTRIES: Final = 4
_LIST_FORMATS: Final = frozenset({"json", "jwt"})
_FINDINGS: Final = {"revocation": "status.revoked", "suspension": "status.suspended"}

# Lists are judged again and again: one list speaks for 131,072 badges.
_FITTED: Final = Memo(1_024)


@dataclass(frozen=True, slots=True)
class Status:
    """The check, and what the report shows beside it (None when the credential names no list)."""

    check: CheckResult
    shown: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Asked:
    """One status entry of a credential, and who says so when."""

    entry: Mapping[str, Any]
    issuer: str
    evidence: Evidence
    now: datetime


def check_status(document: Mapping[str, Any], evidence: Evidence, *, now: datetime) -> Status:
    """The worst that any status entry says: withdrawn, before not known, before good. `now` is when lists were got."""
    entries = several(document.get("credentialStatus"))
    if not entries:
        return Status(say("status.none"), None)
    if len(entries) > MAX_ENTRIES:
        return Status(_doubt("many"), {"revoked": None})
    issuer = issuer_id(document) or ""
    found = [_check_entry(Asked(mapping(entry), issuer, evidence, now)) for entry in entries]
    return min(found, key=lambda status: _ORDER.index(status.check.outcome))


_ORDER: Final = (Outcome.FAILED, Outcome.UNDETERMINED, Outcome.PASSED)


def list_urls(document: Mapping[str, Any]) -> Iterator[str]:
    """The addresses of the status lists that can be judged: what `needs` has to look at."""
    for entry in several(document.get("credentialStatus"))[:MAX_ENTRIES]:
        url = text(mapping(entry).get("statusListCredential"))
        if url is not None and is_web_url(url) and mapping(entry).get("type") in STATUS_METHODS:
            yield url


def read_list(found: Found) -> Presented | None:
    """The list that was found, as JSON or as a token whatever it was called; None if it is neither."""
    try:
        presented = read(found.content)
    except InputError:
        return None
    return presented if presented.format in _LIST_FORMATS else None


def _check_entry(asked: Asked) -> Status:
    kind = text(asked.entry.get("type")) or "nothing"
    method = STATUS_METHODS.get(kind)
    check = method(asked) if method else say("status.unsupported", what=kind)
    return Status(check, _shown(asked.entry, check))


def _check_bitstring(asked: Asked) -> CheckResult:
    """Section 3.2, the validate algorithm."""
    purpose, url = text(asked.entry.get("statusPurpose")), text(asked.entry.get("statusListCredential"))
    if purpose not in _FINDINGS or asked.entry.get("statusSize", 1) != 1:
        return say("status.unsupported", what=f"{purpose or 'no purpose'}")
    if url is None or not is_web_url(url):
        return _doubt("entry")
    kept = own_list(asked.evidence, url)
    if kept is not None:
        return _check_own_list(kept, purpose, asked)
    found = answer(asked.evidence, Need(NeedKind.STATUS_LIST, url))
    if isinstance(found, Missing):
        return say("status.unreachable", reason=found.reason)
    presented = read_list(found)
    if presented is None:
        return _doubt("unreadable")
    return _check_list(presented, url, asked) or _check_bit(presented.document, purpose, asked.entry)


def _check_list(presented: Presented, url: str, asked: Asked) -> CheckResult | None:
    """The doubt about the list itself; None when it is this issuer's, signed, current and the one at this address."""
    document = presented.document
    # 1. A list of the right kind, in known words.
    if texts(document.get("@context"))[:1] != [VC_CONTEXT] or vocabulary_trouble(presented) is not None:
        return _doubt("kind")
    if "BitstringStatusListCredential" not in texts(document.get("type")):
        return _doubt("kind")
    # 2. Of the same issuer, under this address.
    if issuer_id(document) != asked.issuer:
        return _doubt("issuer")
    if document.get("id") != url:
        return _doubt("address")
    # 3. Signed by that issuer.
    secured = secure(presented, asked.evidence, now=asked.now, memo=_FITTED)
    if not secured.holds:
        return _doubt("unsigned" if secured.hopeless else "unchecked")
    # 4. Current.
    start, end = moment(document.get("validFrom")), moment(document.get("validUntil"))
    early = "validFrom" in document and (start is None or start > asked.now)
    late = "validUntil" in document and (end is None or end < asked.now)
    if early or late:
        return _doubt("dates")
    return None


def _check_bit(document: Mapping[str, Any], purpose: str, entry: Mapping[str, Any]) -> CheckResult:
    subject = mapping(document.get("credentialSubject"))
    if subject.get("type") != "BitstringStatusList":
        return _doubt("kind")
    if purpose not in texts(subject.get("statusPurpose")):
        return _doubt("purpose")
    return _check_index(entry, purpose, lambda: decode_bitstring(subject.get("encodedList")))


def _check_own_list(kept: OwnList, purpose: str, asked: Asked) -> CheckResult:
    if kept.issuer != asked.issuer:
        return _doubt("issuer")
    if kept.purpose != purpose:
        return _doubt("purpose")
    return _check_index(asked.entry, purpose, lambda: kept.bits)


def _check_index(entry: Mapping[str, Any], purpose: str, bits: Callable[[], bytes]) -> CheckResult:
    """What the list says at the entry's index; `bits` may raise InputError."""
    try:
        index = parse_index(entry.get("statusListIndex"))
    except MalformedDocumentError:
        return _doubt("entry")
    try:
        known = bits()
    except InputError:
        return _doubt("unreadable")
    try:
        is_set = bit_is_set(known, index)
    except MalformedDocumentError:
        return _doubt("range")
    return say(_FINDINGS[purpose]) if is_set else say("status.good")


STATUS_METHODS: Final[Mapping[str, Callable[[Asked], CheckResult]]] = {"BitstringStatusListEntry": _check_bitstring}


def _doubt(what: str) -> CheckResult:
    return say("status.doubtful", reason=LIST_DOUBTS[what])


def _shown(entry: Mapping[str, Any], check: CheckResult) -> Mapping[str, Any]:
    """`revoked` is None when it is not known. The rest is what the credential says of its entry."""
    known = {Outcome.PASSED: False, Outcome.FAILED: check.code == "status.revoked"}
    members = {
        "type": text(entry.get("type")),
        "purpose": text(entry.get("statusPurpose")),
        "list": text(entry.get("statusListCredential")),
        "index": entry.get("statusListIndex") if isinstance(entry.get("statusListIndex"), str | int) else None,
    }
    stated = {name: value for name, value in members.items() if value is not None}
    return {"revoked": known.get(check.outcome), "suspended": check.code == "status.suspended", **stated}
