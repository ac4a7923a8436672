"""What a preflight answers."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from app.schemas.base import Answer

OutcomeOut = Literal["passes", "warns", "fails"]


class PreflightResult(Answer):
    """What one rule says."""

    id: str = Field(description="The rule's name in docs/preflight.md.")
    outcome: OutcomeOut
    title: str
    detail: str
    cure: str | None = Field(description="What to change; null when the rule passes.")
    readers: list[str] = Field(description="The validators, wallets and people that look at this.")
    blocks_award: bool = Field(description="True when no badge is awarded until this is mended.")


class PreflightResource(Answer):
    """What others would make of a badge of this achievement, as it stands now."""

    achievement: str = Field(description="The achievement's address.")
    revision: int
    checked_at: datetime
    verdict: OutcomeOut = Field(description="The worst of all results.")
    blocks_award: bool = Field(description="True when awards are refused as it stands.")
    results: list[PreflightResult]
