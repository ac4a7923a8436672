"""Stopping and resuming what issues."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from app.schemas import examples
from app.schemas.base import Answer, Body, Line, example


class StopIn(Body):
    model_config = example(examples.STOP)

    reason: Line = Field(description="For the audit log, and for those who may look at the issuer. No personal data.")


class ResumeIn(Body):
    model_config = example(examples.RESUME)

    reason: Line = Field(description="For the audit log. No personal data.")


class StopOut(Answer):
    reason: str
    by: str = Field(description="Who stopped it, as the audit log calls them.")
    at: datetime
