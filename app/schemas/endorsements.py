"""What others say of an issuer or an achievement, as the API shows it."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from app.schemas.base import Answer


class EndorserOut(Answer):
    id: str = Field(description="Whose signature it carries.")
    name: str | None = Field(description="What the endorser calls itself.")


class EndorsementResource(Answer):
    id: str
    issuer: str
    endorses: str = Field(description="The DID of the issuer, or the address of the achievement.")
    endorser: EndorserOut
    form: str = Field(description="`json` or `jwt`: how it was handed in, and how it is embedded.")
    sha256: str = Field(description="Of the document as it was handed in, in hexadecimal.")
    valid_until: datetime | None = Field(description="Badges issued later do not carry it.")
    added_at: datetime
    removed_at: datetime | None


class EndorsementPage(Answer):
    items: list[EndorsementResource]
    next: str | None = Field(description="Pass it as `after` for the next page; null at the end.")
