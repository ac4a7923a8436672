"""What canonicalisation costs: our walk, our RDFC-1.0, our slow path and PyLD's `normalize`, in one run.

    python bench/canonicalize.py [repeats]

Prints the median of each over `repeats` rounds (default 5), and the ratio to PyLD. Compare figures of one run only.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pyld import jsonld as pyld

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from app.jsonld import BUNDLED_CONTEXTS, DEFAULT_LIMITS, canonicalize  # noqa: E402 - after the path is set
from app.jsonld.canonical import slow_quads  # noqa: E402
from app.jsonld.expansion import document_loader  # noqa: E402
from app.jsonld.rdfc import canonical_nquads  # noqa: E402
from app.jsonld.walk import walk  # noqa: E402


def timed(call: Callable[[], object], seconds: float) -> float:
    """Microseconds a call, over about `seconds`."""
    call()
    count, start = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - start) < seconds:
        call()
        count += 1
    return elapsed / count * 1e6


def pyld_normalize(document: dict[str, Any]) -> str:
    options = {
        "algorithm": "URDNA2015",
        "format": "application/n-quads",
        "documentLoader": document_loader(BUNDLED_CONTEXTS),
    }
    found: str = pyld.normalize(document, options)
    return found


def main() -> None:
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    raw = (HERE / "typical-credential.json").read_bytes()
    document: dict[str, Any] = json.loads(raw)
    quads = walk(document, BUNDLED_CONTEXTS, DEFAULT_LIMITS)
    canonical = canonicalize(document, fallback=False)
    if pyld_normalize(document).encode() != canonical:
        sys.exit("PyLD and the walk differ on the sample")
    compact = len(json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode())
    print(
        f"{compact} bytes of JSON, {len(quads.ground)} + {len(quads.linked)} quads, {len(canonical)} bytes of N-Quads"
    )
    paths: dict[str, Callable[[], object]] = {
        "PyLD normalize": lambda: pyld_normalize(document),
        "slow path (PyLD expansion, safe mode, own RDFC)": lambda: canonical_nquads(
            slow_quads(document, BUNDLED_CONTEXTS, DEFAULT_LIMITS)
        ),
        "fast path: canonicalize": lambda: canonicalize(document, fallback=False),
        "  of which the walk": lambda: walk(document, BUNDLED_CONTEXTS, DEFAULT_LIMITS),
        "  of which RDFC-1.0": lambda: canonical_nquads(quads),
    }
    rounds = [{name: timed(call, 0.3) for name, call in paths.items()} for _ in range(repeats)]
    reference = statistics.median(figures["PyLD normalize"] for figures in rounds)
    print(f"{'':50}{'min us':>10}{'median us':>12}{'max us':>10}{'x PyLD':>9}")
    for name in paths:
        figures = [one[name] for one in rounds]
        median = statistics.median(figures)
        print(f"{name:50}{min(figures):10.0f}{median:12.0f}{max(figures):10.0f}{reference / median:9.1f}")


if __name__ == "__main__":
    main()
