"""How much a client may ask for: GCRA, one number for each (docs/decisions/0027).

The number is the moment until which a client has used up its share. Each request moves it on by the time in which one
more is earned; when it would lie further ahead than the window, the request is one too many. Nothing has to be reset or
swept: whoever has been away for a window is as if never seen.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Final

_RULE = re.compile(r"(?P<quota>[0-9]{1,9})/(?P<seconds>[1-9][0-9]{0,4})")
MOST_CLIENTS: Final = 20_000  # of each rate: some 3 MB


@dataclass(frozen=True, slots=True)
class Rule:
    """`quota` requests at once, and as many again in each `seconds`. No quota: no limit."""

    quota: int
    seconds: int

    @classmethod
    def parse(cls, text: str) -> Rule:
        """From `600/60`. Raises ValueError, whose message can be shown."""
        parts = _RULE.fullmatch(text)
        if parts is None:
            raise ValueError("must be a number of requests and of seconds, such as 600/60; 0/60 sets no limit")
        return cls(int(parts["quota"]), int(parts["seconds"]))


@dataclass(frozen=True, slots=True)
class Share:
    """What is left to a client: whether the request `passes`, how many more would, in how many seconds it would (0 when
    it does), and in how many all would.
    """

    passes: bool
    remaining: int
    retry_seconds: float
    reset_seconds: float


class Rate:
    """Counts clients under one rule. Thread-safe, and bounded: beyond `most` it forgets whoever came longest ago."""

    def __init__(self, name: str, rule: Rule, *, most: int = MOST_CLIENTS) -> None:
        self.name = name
        self.rule = rule
        self._each = rule.seconds / rule.quota if rule.quota else 0.0  # seconds in which one more is earned
        self._most_used = rule.seconds * (1 + 1e-9)  # sums of fractions are not exact
        self._most = most
        self._used_until: OrderedDict[Hashable, float] = OrderedDict()
        self._lock = Lock()

    def take(self, client: Hashable, now: float) -> Share:
        """One request of the client at `now` (seconds of a clock that never goes back). A refused one costs nothing."""
        with self._lock:
            used = max(0.0, self._used_until.get(client, now) - now)
            passes = used + self._each <= self._most_used
            if passes:
                used += self._each
                self._used_until[client] = now + used
                self._used_until.move_to_end(client)
                if len(self._used_until) > self._most:
                    self._used_until.popitem(last=False)
        return self._share(used, passes=passes)

    def look(self, client: Hashable, now: float) -> Share:
        """What `take` would answer, without counting."""
        used = max(0.0, self._used_until.get(client, now) - now)
        return self._share(used, passes=used + self._each <= self._most_used)

    def __len__(self) -> int:
        return len(self._used_until)

    def _share(self, used: float, *, passes: bool) -> Share:
        remaining = int((self._most_used - used) / self._each) if self._each else 0
        return Share(passes, remaining, 0.0 if passes else used + self._each - self.rule.seconds, used)
