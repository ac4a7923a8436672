"""How much work one document may cause."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What one canonicalisation may cost before it raises TooComplexError.

    `work` counts the calls and permutations of Hash N-Degree Quads (RDFC-1.0 section 4.8), the part of the
    algorithm whose cost is factorial in the number of blank nodes that look alike.
    """

    contexts: int = 8
    depth: int = 32
    quads: int = 2_000
    blank_nodes: int = 500
    work: int = 4_096


DEFAULT_LIMITS = Limits()
