"""What a document says it is: a kind of document, in a version of its standard. Nothing of it is believed yet."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.language.said import Said
from app.openbadges import RECEIPT_TYPE, ob2
from app.verification.members import VC_1_CONTEXT, texts
from app.verification.reading import Presented
from app.verification.report import CheckResult, say
from app.verification.words import FORMS, KINDS

__all__ = ["BADGES", "Kind", "Recognised", "is_receipt", "recognise"]


class Kind(StrEnum):
    """The values are keys of words.KINDS."""

    BADGE = "badge"  # OpenBadgeCredential or AchievementCredential (OB 3.0)
    RECORD = "clr"  # ClrCredential (CLR 2.0)
    ENDORSEMENT = "endorsement"  # EndorsementCredential (OB 3.0)
    CREDENTIAL = "credential"  # any other verifiable credential
    ASSERTION = "ob-2"  # Assertion (OB 2.0)


BADGES: Final = frozenset({Kind.BADGE, Kind.RECORD, Kind.ENDORSEMENT, Kind.ASSERTION})
"""What people mean by a badge. The VC-API takes any credential."""

_TYPES: Final = {
    "OpenBadgeCredential": Kind.BADGE,
    "AchievementCredential": Kind.BADGE,
    "ClrCredential": Kind.RECORD,
    "EndorsementCredential": Kind.ENDORSEMENT,
}


@dataclass(frozen=True, slots=True)
class Recognised:
    """`old`: on version 1.1 of the VC data model, which has other names for some members."""

    kind: Kind
    old: bool
    check: CheckResult


def recognise(presented: Presented, kinds: frozenset[Kind] = BADGES) -> Recognised | CheckResult:
    """What kind of document it is, if it is one of `kinds`; else the finding that says why it is not judged."""
    form = FORMS[presented.format]
    if presented.fault is not None:
        return say("format.token", form=form)
    if presented.address is not None:
        return say("format.address", form=form, url=presented.address)
    first = next(iter(texts(presented.document.get("@context"))), "")
    wrapped = presented.token is not None and "vc" in presented.token.payload
    if presented.token is not None and wrapped != (first == VC_1_CONTEXT):
        # Version 1.1 has its credential in the claim "vc", 2.0 at the top (OB 3.0 section 8.2.4.1).
        return say("format.versions-mixed")
    if ob2.is_of_oldest_kind(presented.document):
        return say("format.too-old", form=form)
    kind = Kind.ASSERTION if ob2.is_assertion(presented.document) else _by_type(texts(presented.document.get("type")))
    if kind is None and is_receipt(presented):
        return say("format.receipt", form=form)
    if kind is None or kind not in kinds:
        types = ", ".join(texts(presented.document.get("type"))[:4])
        return say("format.not-a-badge", form=form, type=types or Said("nothing"))
    old = first == VC_1_CONTEXT
    return Recognised(kind, old, say("format.read-old" if old else "format.read", form=form, kind=KINDS[kind]))


def is_receipt(presented: Presented) -> bool:
    """Whether it calls itself the receipt of a verification, which is no credential; not who signed it."""
    document = presented.document
    return presented.token is None and document.get("type") == RECEIPT_TYPE and "@context" not in document


def _by_type(types: list[str]) -> Kind | None:
    if "VerifiablePresentation" in types or "VerifiableCredential" not in types:
        return None
    found = {_TYPES[name] for name in types if name in _TYPES}
    if not found:
        return Kind.CREDENTIAL
    return found.pop() if len(found) == 1 else None
