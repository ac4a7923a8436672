"""Whom the asker recognises. Always given, never assumed."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["NOBODY", "Policy"]


@dataclass(frozen=True, slots=True)
class Policy:
    """`trusted_issuers`: issuer ids that the asker recognises. None: the question is not asked; empty: nobody is."""

    trusted_issuers: frozenset[str] | None


NOBODY = Policy(None)
