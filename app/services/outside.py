"""The world outside, as far as verifying needs it: who asks other people's servers, and how long that may take."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Final, Protocol

from app.verification import Found, Missing, Need

__all__ = ["NOWHERE", "Errand", "Nowhere", "Outside"]


class Errand(Protocol):
    """One verification's questions: they share a deadline."""

    async def answer(self, need: Need, /) -> Found | Missing:
        """What was found; whatever a stranger's server does is an answer."""


class Outside(Protocol):
    """Whoever has a network."""

    def errand(self, *, most: int) -> AbstractAsyncContextManager[Errand]:
        """Up to `most` questions."""


class Nowhere:
    """No network: for badges that prove themselves, and for those of our own."""

    def errand(self, *, most: int) -> AbstractAsyncContextManager[Errand]:
        _ = most
        return nullcontext(self)

    async def answer(self, need: Need, /) -> Found | Missing:
        _ = need
        return NOT_ASKED


NOT_ASKED: Final = Missing("Other sites were not asked.")
NOWHERE: Final = Nowhere()
