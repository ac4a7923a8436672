"""What the rules look at: a badge as it would be issued, and what is published around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.verification import Report
from app.verification.members import mapping, several


@dataclass(frozen=True, slots=True)
class Token:
    """The VC-JWT form, unsigned: nothing that is looked at depends on the signature but the size."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]
    size: int  # characters of the compact JWS
    key: Mapping[str, Any]  # what the address in `kid` answers


@dataclass(frozen=True, slots=True)
class Picture:
    """An uploaded picture as it is kept."""

    media_type: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Sample:
    """A badge that nobody earned. `document` is signed, by a key that is thrown away.

    `report` is our own verifier's on it, `did_document` the issuer's as it is published, `picture` None when we draw
    it, `list_length` the number of entries of the status list, `size` the bytes of the signed JSON.
    """

    document: Mapping[str, Any]
    size: int
    report: Report
    token: Token
    did_document: Mapping[str, Any]
    list_length: int
    picture: Picture | None
    public_url: str
    now: datetime

    # Members of the document; an empty object where there is none.

    @property
    def issuer(self) -> Mapping[str, Any]:
        return mapping(self.document.get("issuer"))

    @property
    def subject(self) -> Mapping[str, Any]:
        return mapping(self.document.get("credentialSubject"))

    @property
    def achievement(self) -> Mapping[str, Any]:
        return mapping(self.subject.get("achievement"))

    @property
    def identifiers(self) -> list[Mapping[str, Any]]:
        """What the badge says of who earned it."""
        return [mapping(item) for item in several(self.subject.get("identifier"))]

    @property
    def first_proof(self) -> Mapping[str, Any]:
        return mapping(next(iter(several(self.document.get("proof"))), None))
