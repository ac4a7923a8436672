"""`inspect`: what a file holds, as it says itself. Nothing is checked, and so nothing is concluded.

For those who make badges, or wonder why one does not verify. A report is what `judge` gives.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from app import strictjson
from app.errors import AppError, InvalidProofError
from app.openbadges import Baked, locate_pdf, locate_png, locate_svg, sniff
from app.signing.multibase import decode_base64url
from app.verification.kinds import Kind, Recognised, recognise
from app.verification.members import issuer_id, mapping, several, text, texts
from app.verification.reading import DEFAULT_LIMITS, Presented, ReadLimits, read
from app.verification.report import shown
from app.verification.words import FORMS, KINDS, SUMMARIES

__all__ = ["inspect"]

_CONTAINERS: Final[Mapping[str | None, Callable[..., Baked]]] = {
    "png": locate_png,
    "svg": locate_svg,
    "pdf": locate_pdf,
}
_MAX_HEADER: Final = 5_462  # 4 KiB in base64url
_MAX_LISTED: Final = 32
_MAX_DEPTH: Final = 4
_OF_PROOFS: Final = ("type", "cryptosuite", "verificationMethod", "proofPurpose", "created", "expires", "previousProof")
_OF_ENTRIES: Final = ("type", "id", "statusPurpose", "statusListIndex", "statusListCredential")
_OF_CREDENTIALS: Final = (
    *("id", "name", "validFrom", "validUntil", "issuanceDate", "expirationDate", "awardedDate"),
    *("issuedOn", "expires"),  # Open Badges 2.0
)


def inspect(raw: bytes, *, limits: ReadLimits = DEFAULT_LIMITS) -> dict[str, Any]:
    """What is in `raw`, and where. Every text in it is the file's own, bounded and fit to be shown.

    Raises what `read` raises. PDF files are opened by the caller itself, since only so it is known where in them the
    credential was.
    """
    presented = read(raw, limits=limits)
    container = sniff(raw)
    located = _CONTAINERS.get(container)
    baked = located(raw, max_bytes=limits.image) if located else None
    inside = baked.text.encode() if baked else raw
    found: dict[str, Any] = {
        "notice": SUMMARIES["nothing checked"],
        "format": presented.format,
        "form": FORMS[presented.format],
        "container": container if baked else None,
        "place": shown(baked.place) if baked else None,
        "beside": shown(baked.beside) if baked and baked.beside else None,
        "bytes": {"file": len(raw), "credential": len(inside)},
        "address": presented.address,
        "refused": presented.fault.message if presented.fault else None,
        "header": _header(presented, inside),
    }
    return {name: value for name, value in (found | _claimed(presented)).items() if value not in (None, [], {})}


def _header(presented: Presented, inside: bytes) -> dict[str, Any] | None:
    """Of a token; also of one that is refused for what stands there."""
    if presented.token is not None:
        return dict(_safe(presented.token.header))
    encoded = inside.decode("ascii", errors="replace").strip().partition(".")[0] if presented.fault else ""
    try:
        header = decode_base64url(encoded, error=InvalidProofError, max_length=_MAX_HEADER)
        return dict(_safe(mapping(strictjson.loads(header, max_bytes=_MAX_HEADER))))
    except AppError:
        return None


def _claimed(presented: Presented) -> dict[str, Any]:
    document = presented.document
    recognised = recognise(presented, frozenset(Kind))
    kind = recognised.kind if isinstance(recognised, Recognised) else None
    subject = mapping(document.get("credentialSubject"))
    return {
        "kind": kind.value if kind else None,
        "kindInWords": KINDS[kind] if kind else None,
        "contexts": _safe(several(document.get("@context"))),
        "types": _safe(texts(document.get("type"))),
        "claims": _picked(document, _OF_CREDENTIALS),
        "claimedIssuer": _issuer(document),
        "claimedAchievement": _picked(mapping(subject.get("achievement")), ("id", "name")),
        "proofs": [_picked(mapping(proof), _OF_PROOFS) for proof in _listed(document, "proof")],
        "status": [_picked(mapping(entry), _OF_ENTRIES) for entry in _listed(document, "credentialStatus")],
        "endorsements": len(_listed(document, "endorsement")) + len(_listed(document, "endorsementJwt")) or None,
        "contents": len(_listed(subject, "verifiableCredential")) or None,
    }


def _issuer(document: Mapping[str, Any]) -> dict[str, Any]:
    """Of an Open Badges 2.0 assertion the badge class is what leads to the issuer."""
    name = text(mapping(document.get("issuer")).get("name"))
    badge = document.get("badge")
    found = {
        "id": issuer_id(document) or issuer_id(mapping(badge)),
        "name": name or text(mapping(mapping(badge).get("issuer")).get("name")),
        "badgeClass": text(badge) or text(mapping(badge).get("id")),
    }
    return {name: shown(value) for name, value in found.items() if value}


def _listed(holder: Mapping[str, Any], name: str) -> list[Any]:
    return several(holder.get(name))[:_MAX_LISTED]


def _picked(holder: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: _safe(holder[name]) for name in names if holder.get(name) is not None}


def _safe(value: Any, depth: int = _MAX_DEPTH) -> Any:
    """`value` with every text bounded and without characters that a terminal obeys; cut off where it is too large."""
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, Mapping | list) and depth == 0:
        return "…"
    if isinstance(value, Mapping):
        return {shown(key): _safe(item, depth - 1) for key, item in list(value.items())[:_MAX_LISTED]}
    if isinstance(value, list):
        return [_safe(item, depth - 1) for item in value[:_MAX_LISTED]]
    return value
