"""Where the fetcher may go and how much it may take: decided once, at the start of the process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

_KIB: Final = 1024
_MIB: Final = 1024 * _KIB


@dataclass(frozen=True, slots=True)
class Rules:
    """`Rules()` is what production has: https to public addresses, and nothing else.

    The other fields are for development and tests; settings refuse them elsewhere.
    """

    enabled: bool = True
    ports: frozenset[int] = frozenset({443, 8443})
    # Origin of this very service, such as `http://localhost:8000`: fetched from loopback, and by http if it says so.
    own_origin: str = ""
    # Host name -> (address, port) of a server that stands in for it, the only names to which no address rule applies.
    stand_ins: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    ca_file: Path | None = None  # the certificates to trust, instead of the system's


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """Bounds on what strangers' servers may cost."""

    seconds: float = 5.0  # one errand, from the first name looked up to the last byte
    body: int = 2 * _MIB  # after decoding; kinds of documents have lower bounds of their own
    fetches: int = 8  # of one errand
    at_once: int = 32
    at_once_per_host: int = 4
    redirects: int = 3
    cache: int = 16 * _MIB
