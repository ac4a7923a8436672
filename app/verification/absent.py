"""The report on a badge that could not be had."""

from __future__ import annotations

from app.verification.report import Report, completed, say

__all__ = ["unreachable"]


def unreachable(url: str, reason: str) -> Report:
    """Undetermined: nothing at `url` was read, so nothing is known. `reason` is a sentence."""
    return Report(format="address", checks=completed([say("format.unreachable", url=url, reason=reason)]))
