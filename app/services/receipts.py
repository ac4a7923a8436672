"""Verification receipts: what was checked, when, and with what result, signed by this service (docs/decisions/0032).

A receipt is made from a report and handed out; nothing of it is stored or logged. It is plain JSON under a Data
Integrity proof of eddsa-jcs-2022, which signs the text and so needs no context of our own. It is no credential: it has
no `@context` and another type, and nothing reads it as one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from app import strictjson
from app.errors import CryptoError, DocumentError, InputError, InvalidFieldsError, SigningFaultError
from app.language import Said, said
from app.openbadges import RECEIPT_TYPE
from app.services.instance import Instance
from app.services.receipt_keys import find_public_key, receipt_signer
from app.services.verifying import Verified
from app.signing import PublicKey, add_proof, verify_proof
from app.storage import Database
from app.verification import Report

VERIFIER: Final = "Laurel"
MOST_BYTES: Final = 32 * 1024
_MOST_TEXT: Final = 2 * MOST_BYTES  # of `receipt_text`: what is escaped has three bytes, and then six
_SUITE: Final = "eddsa-jcs-2022"
_PROOF_BYTES: Final = 2_048  # the proof names our DID, whose host has 253 characters at the most
MOST_DEPTH: Final = 8


@dataclass(frozen=True, slots=True)
class _Room:
    """How much is told: bytes of a text, and credentials of each kind inside."""

    text: int
    inside: int


# The first in which the receipt fits is taken; in the last one it always does.
_ROOMS: Final = (_Room(800, 20), _Room(400, 5), _Room(200, 2), _Room(100, 0))


def make_receipt(
    verified: Verified, database: Database, *, instance: Instance, now: datetime, at: datetime | None = None
) -> dict[str, Any]:
    """The signed receipt of a verification at `now`; `at` is the moment that was judged for, if it is another.

    At most MOST_BYTES as compact JSON: longer texts are cut, and `omitted` counts what was. Its signature has been
    checked with the key that is published. Raises KeyUnwrapError, UnavailableError, SigningFaultError.
    """
    signer = receipt_signer(database, instance=instance, now=now)
    document = _fitting(verified, instance, now, at)
    signed = add_proof(
        document, signer.signer, verification_method=signer.verification_method, created=now, cryptosuite=_SUITE
    )
    [proof] = signed["proof"]
    receipt = {**document, "proof": proof}
    _require_own(receipt, signer.public_key)
    return receipt


def _require_own(receipt: Mapping[str, Any], key: PublicKey) -> None:
    """Of the bytes that will leave, not of what was meant."""
    try:
        read = strictjson.loads(strictjson.dumps(receipt), max_bytes=MOST_BYTES, max_depth=MOST_DEPTH)
        verify_proof(read, read["proof"], key)
    except (InputError, CryptoError, DocumentError) as error:
        raise SigningFaultError(f"Our own receipt did not pass our own check: {error.message}") from None


def read_own_receipt(raw: bytes, database: Database, *, instance: Instance) -> dict[str, Any]:
    """The receipt in `raw`, if this service signed it, with whatever key of its own. It is not asked when.

    Raises InvalidFieldsError for anything else, whatever is wrong with it.
    """
    try:
        receipt = strictjson.loads(raw, max_bytes=_MOST_TEXT, max_depth=MOST_DEPTH)
    except InputError as error:
        raise _refused(said("It cannot be read: {reason}", reason=error.message)) from None
    if not isinstance(receipt, dict) or receipt.get("type") != RECEIPT_TYPE:
        raise _refused(said("It is not of the type {type}.", type=RECEIPT_TYPE))
    proof = receipt.get("proof")
    method = proof.get("verificationMethod") if isinstance(proof, dict) else None
    if not isinstance(proof, dict) or not isinstance(method, str):
        raise _refused(Said("It is not signed."))
    with database.reading() as session:
        key = find_public_key(session, method, instance.site)
    if key is None:
        raise _refused(Said("It names no key of this service."))
    try:
        verify_proof(receipt, proof, key)
    except (CryptoError, DocumentError):
        raise _refused(Said("Its signature does not fit what it says.")) from None
    return receipt


def receipt_bytes(receipt: Mapping[str, Any]) -> bytes:
    """As it is handed out: compact JSON."""
    return strictjson.dumps(receipt)


def receipt_text(receipt: Mapping[str, Any]) -> str:
    """The same as a page holds it: JSON in which whatever turns or hides the text around it is escaped."""
    text = receipt_bytes(receipt).decode()
    return "".join(character if character.isprintable() else _escaped(character) for character in text)


def _escaped(character: str) -> str:
    """As JSON writes a character (RFC 8259 section 7); strings are the only place where such a one stands."""
    return json.dumps(character)[1:-1] if character != "\x7f" else "\\u007f"


def receipt_name(receipt: Mapping[str, Any], form: str) -> str:
    """What the file is called: `verification-receipt-2026-05-10.pdf`."""
    return f"verification-receipt-{str(receipt['checkedAt'])[:10]}.{form}"


def _refused(why: Said) -> InvalidFieldsError:
    return InvalidFieldsError.one("/receipt", said("This is not a receipt of this service. {why}", why=why))


# What it says ---------------------------------------------------------------------------------------------------------


def _fitting(verified: Verified, instance: Instance, now: datetime, at: datetime | None) -> dict[str, Any]:
    head = {
        "id": f"urn:uuid:{instance.new_id()}",
        "type": RECEIPT_TYPE,
        "verifier": {"id": instance.site.own_did, "name": VERIFIER, "url": instance.site.base_url},
        "checkedAt": _timestamp(now),
        **({"judgedAt": _timestamp(at)} if at is not None and _timestamp(at) != _timestamp(now) else {}),
    }
    for room in _ROOMS:
        document = {**head, **_Telling(room).told(verified)}
        if len(strictjson.dumps(document)) <= MOST_BYTES - _PROOF_BYTES:
            return document
    raise SigningFaultError("A receipt does not fit into its bounds.")


def _timestamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(slots=True)
class _Telling:
    """Builds the members in a room, and counts what there was no room for."""

    room: _Room
    omitted: dict[str, int] = field(default_factory=dict)

    def told(self, verified: Verified) -> dict[str, Any]:
        report = verified.report
        members = {
            "of": self._of(verified),
            "verdict": report.verdict.value,
            "conclusion": report.conclusion.value,
            "summary": self._text(report.summary),
            "checks": [self._check(check) for check in report.checks],
            **self._content(report),
            "endorsements": self._inside(report.endorsements, "endorsements"),
            "contents": self._inside(report.contents, "contents"),
        }
        return members | ({"omitted": self.omitted} if self.omitted else {})

    def _of(self, verified: Verified) -> dict[str, Any]:
        raw = verified.raw
        digest = {"sha256": hashlib.sha256(raw).hexdigest(), "bytes": len(raw)} if raw is not None else {}
        return {"format": verified.report.format, **digest, **self._texts({"url": verified.url}, "url")}

    def _check(self, check: Any) -> dict[str, Any]:
        said = {"id": check.id, "outcome": check.outcome.value, "title": check.title}
        return said | self._texts({"detail": check.detail, "remedy": check.remedy}, "detail", "remedy")

    def _content(self, report: Report) -> dict[str, Any]:
        """What was signed, as far as the report shows it: who says what of whom, and when."""
        if report.credential is None:
            return {}
        told = {
            "credential": self._texts(report.credential, "id", "name"),
            "issuer": self._texts(report.issuer, "id", "name"),
            "recipient": self._texts(report.recipient, "name"),
            "achievement": self._texts(report.achievement, "id", "name"),
            "dates": self._texts(report.dates, "issued", "awarded", "validFrom", "validUntil"),
        }
        return {name: members for name, members in told.items() if members}

    def _inside(self, reports: Sequence[Report], name: str) -> list[dict[str, Any]]:
        """In short: the whole of each is its own receipt, for whoever verifies it alone."""
        if len(reports) > self.room.inside:
            self.omitted[name] = len(reports) - self.room.inside
        return [self._short(report) for report in reports[: self.room.inside]]

    def _short(self, report: Report) -> dict[str, Any]:
        said: dict[str, Any] = {"verdict": report.verdict.value, "conclusion": report.conclusion.value}
        about = report.achievement or report.credential
        told = {"credential": self._texts(report.credential, "id"), "issuer": self._texts(report.issuer, "id", "name")}
        return said | self._texts(about, "name") | {name: members for name, members in told.items() if members}

    def _texts(self, members: Mapping[str, Any] | None, *names: str) -> dict[str, str]:
        """Those of the members that are texts. An identifier that is too long is left out: a part of it is another."""
        found = {name: value for name in names if isinstance(value := (members or {}).get(name), str)}
        whole = {
            name: value
            for name, value in found.items()
            if name not in ("id", "url") or len(value.encode()) <= self.room.text
        }
        self._count(len(found) - len(whole))
        return {name: self._text(value) for name, value in whole.items()}

    def _text(self, value: str) -> str:
        raw = value.encode()
        if len(raw) <= self.room.text:
            return value
        self._count(1)
        return raw[: self.room.text - 3].decode(errors="ignore") + "…"

    def _count(self, texts: int) -> None:
        if texts:
            self.omitted["texts"] = self.omitted.get("texts", 0) + texts
