"""What a status method is asked, and how it says that it cannot tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.verification.evidence import Evidence
from app.verification.report import CheckResult, say
from app.verification.words import LIST_DOUBTS

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """One status entry of the credential called `credential`, and who says so when."""

    entry: Entry
    credential: str | None
    issuer: str
    evidence: Evidence
    now: datetime


@dataclass(frozen=True, slots=True)
class StatusMethod:
    """A way to publish what became of credentials. `address`: the list that an entry names, if it may be fetched."""

    address: Callable[[Entry], str | None]
    check: Callable[[Asked], CheckResult]


def doubt(what: str) -> CheckResult:
    """A list that cannot be relied on says neither yes nor no; `what` is a key of LIST_DOUBTS."""
    return say("status.doubtful", reason=LIST_DOUBTS[what])
