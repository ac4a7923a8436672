"""Step 7: has the issuer withdrawn it? A status method is one line in STATUS_METHODS.

Any doubt about a list leaves the question open: a list that cannot be relied on says neither yes nor no.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from app.language.said import Said
from app.openbadges import TEST_MARK
from app.verification.evidence import Evidence, Need, NeedKind, OwnRecord, own_list, own_record
from app.verification.members import issuer_id, mapping, several, text
from app.verification.outcome import Outcome
from app.verification.report import CheckResult, say
from app.verification.revocation_lists import REVOCATION_LIST
from app.verification.status_entry import Asked, StatusMethod, doubt
from app.verification.status_lists import BITSTRING, STATUS_LIST_2021, has_bit, read_list

__all__ = [
    "MAX_ENTRIES",
    "STATUS_METHODS",
    "Status",
    "check_status",
    "read_list",
    "record_need",
    "status_needs",
    "unless_withheld",
]

MAX_ENTRIES: Final = 4

STATUS_METHODS: Final[Mapping[str, StatusMethod]] = {
    "BitstringStatusListEntry": BITSTRING,
    "StatusList2021Entry": STATUS_LIST_2021,
    "1EdTechRevocationList": REVOCATION_LIST,
}

_ORDER: Final = (Outcome.FAILED, Outcome.UNDETERMINED, Outcome.PASSED)
# Of two that weigh alike the other is told: revoked is final, and "it stands" the least that can be said.
_LESS_TELLING: Final = frozenset({"status.suspended", "status.good", "status.not-listed"})
_WITHDRAWN: Final = frozenset({"status.revoked", "status.listed"})


@dataclass(frozen=True, slots=True)
class Status:
    """The check, and what the report shows beside it (None when the credential names no list)."""

    check: CheckResult
    shown: Mapping[str, Any] | None


def check_status(document: Mapping[str, Any], evidence: Evidence, *, now: datetime) -> Status:
    """The worst that any status entry says: withdrawn, before not known, before good. `now` is when lists were got."""
    entries = several(document.get("credentialStatus"))
    if not entries:
        return Status(say("status.none"), None)
    if len(entries) > MAX_ENTRIES:
        return Status(doubt("many"), {"revoked": None})
    issuer, credential = issuer_id(document) or "", text(document.get("id"))
    found = [_check_entry(Asked(mapping(entry), credential, issuer, evidence, now)) for entry in entries]
    return _as_recorded(min(found, key=_weight), own_record(evidence, credential or None), issuer)


def _as_recorded(status: Status, record: OwnRecord | None, issuer: str) -> Status:
    """What a list cannot say of a credential of our own: by what it was replaced, and that it is a test."""
    if record is None or record.issuer != issuer:
        return status
    if status.check.code == "status.revoked" and record.successor is not None:
        shown = {**(status.shown or {}), "successor": record.successor}
        return Status(say("status.replaced", successor=record.successor), shown)
    if status.check.code == "status.good" and record.test:
        return Status(say("status.test"), status.shown)
    return status


def unless_withheld(dates: CheckResult, status: Status) -> tuple[CheckResult, Status]:
    """The same for a copy of which the holder chose the parts: what is not there may have been left out.

    Whoever holds a badge that was withdrawn or has expired would show just such a copy.
    """
    open_ended = dates.code in {"dates.open", "dates.none"}
    unlisted = status.check.code == "status.none"
    return (
        say("dates.withheld") if open_ended else dates,
        Status(say("status.withheld"), {"revoked": None}) if unlisted else status,
    )


def _weight(status: Status) -> tuple[int, bool]:
    return _ORDER.index(status.check.outcome), status.check.code in _LESS_TELLING


def status_needs(document: Mapping[str, Any]) -> Iterator[Need]:
    """The lists that can be judged: what `needs` has to ask for."""
    for entry in map(mapping, several(document.get("credentialStatus"))[:MAX_ENTRIES]):
        method = _method(entry)
        url = method.address(entry) if method else None
        if url is not None:
            yield Need(NeedKind.STATUS_LIST, url)


def record_need(document: Mapping[str, Any], evidence: Evidence) -> Need | None:
    """Whether there is more to know of a credential of our own: when our list has its bit, or it is called a test."""
    credential = text(document.get("id"))
    for entry in map(mapping, several(document.get("credentialStatus"))[:MAX_ENTRIES]):
        kept = own_list(evidence, text(entry.get("statusListCredential")) or "")
        if kept is not None and credential and (_is_called_test(document) or has_bit(kept, entry)):
            return Need(NeedKind.RECORD, credential)
    return None


def _is_called_test(document: Mapping[str, Any]) -> bool:
    return (text(document.get("name")) or "").startswith(TEST_MARK)


def _method(entry: Mapping[str, Any]) -> StatusMethod | None:
    return STATUS_METHODS.get(text(entry.get("type")) or "")


def _check_entry(asked: Asked) -> Status:
    method = _method(asked.entry)
    if method is None:
        check = say("status.unsupported", what=text(asked.entry.get("type")) or Said("nothing"))
    else:
        check = method.check(asked)
    return Status(check, _shown(asked.entry, check, method))


def _shown(entry: Mapping[str, Any], check: CheckResult, method: StatusMethod | None) -> Mapping[str, Any]:
    """`revoked` is None when it is not known. The rest is what the credential says of its entry."""
    known = {Outcome.PASSED: False, Outcome.FAILED: check.code in _WITHDRAWN}
    members = {
        "type": text(entry.get("type")),
        "purpose": text(entry.get("statusPurpose")),
        "list": (method and method.address(entry)) or text(entry.get("statusListCredential")),
        "index": entry.get("statusListIndex") if isinstance(entry.get("statusListIndex"), str | int) else None,
    }
    stated = {name: value for name, value in members.items() if value is not None}
    return {"revoked": known.get(check.outcome), "suspended": check.code == "status.suspended", **stated}
