"""The one door to the internet: fetches what strangers' badges point at, and lets nobody steer it elsewhere.

    fetcher = Fetcher(Rules(), FetchLimits())            # one per process; `await fetcher.aclose()` at its end
    async with fetcher.errand() as errand:               # one verification: one deadline, a few fetches
        found = await errand.answer(Need(NeedKind.DID_DOCUMENT, "did:web:badges.example.org"))

What a stranger can cause is `Missing` with a reason for people, never an exception (docs/decisions/0019).
"""

from __future__ import annotations

from app.remote.fetcher import Errand, Fetcher
from app.remote.rules import FetchLimits, Rules

__all__ = ["Errand", "FetchLimits", "Fetcher", "Rules"]
