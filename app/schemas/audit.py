"""Lines of the audit log as the API shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from app.schemas.base import Answer


class AuditEventOut(Answer):
    id: int = Field(description="Rises with time, over all issuers.")
    issuer: str | None = Field(description="Slug; null for what concerns no issuer.")
    sequence: int | None = Field(description="Number of the line in its issuer's chain; null in lines from before 0.2.")
    at: datetime
    action: str
    actor: str = Field(description="Whose key it was, or `terminal`.")
    subject: str = Field(description="What it was done to.")
    outcome: str
    detail: dict[str, Any]
    sha256: str | None = Field(description="Of this line and, through it, of all before it in its chain.")


class AuditPage(Answer):
    items: list[AuditEventOut]
    next: str | None
