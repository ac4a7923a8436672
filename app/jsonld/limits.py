"""How much work one document may cause, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


class SlowPath(Protocol):
    """Somewhere else than the calling thread to read what the compiled walk does not cover."""

    def __call__(self, document: Mapping[str, Any], limits: Limits, /, *, generic: bool = False) -> bytes:
        """What `canonicalize` returns, under the bundled contexts or the generic ones. Raises the same errors, and
        TooComplexError when reading takes too long or too much memory.
        """


@dataclass(frozen=True, slots=True)
class Limits:
    """What one canonicalisation may cost before it raises TooComplexError.

    `work` counts the calls and permutations of Hash N-Degree Quads (RDFC-1.0 section 4.8), the part of the
    algorithm whose cost is factorial in the number of blank nodes that look alike. Without a `slow_path` the calling
    thread does all the work itself, for as long as it takes.
    """

    contexts: int = 8
    depth: int = 32
    quads: int = 2_000
    blank_nodes: int = 500
    work: int = 4_096
    slow_path: SlowPath | None = field(default=None, compare=False, repr=False)


DEFAULT_LIMITS = Limits()
