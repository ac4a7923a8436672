"""The rules of fuzzing: declared errors only, no input over a second, and what breaks a rule is kept as a sample."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from random import Random

from hypothesis import strategies as st

from tests.hostile.mutating import edited, mutated, random_edits, spliced
from tests.hostile.targets import DECLARED, TARGETS
from tests.unit.jsonld.mutations import changed

FOUND = Path(__file__).parent / "found"
MOST_SECONDS = 1.0
_STRUCTURED = frozenset(
    {"canonicalize", "judge-suites", "judge-signed", "judge-token", "status-list", "did-document", "evidence", "older"}
)


class TooSlowError(AssertionError):
    pass


def try_out(name: str, raw: bytes) -> None:
    """Lets the target have `raw`. Raises whatever is not allowed."""
    began = time.thread_time()
    with suppress(*DECLARED):
        TARGETS[name].run(raw)
    taken = time.thread_time() - began
    if taken > MOST_SECONDS:
        raise TooSlowError(f"{taken:.1f} s for {len(raw)} bytes")


class Inputs:
    """The same kinds of inputs as `inputs`, each from a generator of numbers: faster to make, and not to be shrunk."""

    def __init__(self, name: str) -> None:
        self._seeds = TARGETS[name].seeds()
        self._documents = [json.loads(seed) for seed in self._seeds] if name in _STRUCTURED else []

    def __call__(self, random: Random) -> bytes:
        kind = random.random()
        if kind < 0.05:
            return random.randbytes(random.randint(0, 256))
        if self._documents and kind < 0.6:
            return _written(changed(random.choice(self._documents), random))
        raw = random.choice(self._seeds)
        if kind > 0.9:
            raw = spliced(raw, random.choice(self._seeds), random.getrandbits(20))
        return edited(raw, random_edits(random))


def inputs(name: str) -> st.SearchStrategy[bytes]:
    """Seeds with changes in their bytes, and where the target reads JSON in their members too."""
    seeds = TARGETS[name].seeds()
    by_bytes = mutated(seeds)
    return by_bytes | _by_members(seeds) if name in _STRUCTURED else by_bytes


def _by_members(seeds: list[bytes]) -> st.SearchStrategy[bytes]:
    documents = [json.loads(seed) for seed in seeds]
    random = st.randoms(use_true_random=False)
    return st.builds(changed, st.sampled_from(documents), random).map(_written)


def _written(document: object) -> bytes:
    return json.dumps(document).encode("utf-8", errors="surrogatepass")


def keep(name: str, raw: bytes) -> Path:
    """Writes what broke a rule to the folder of found inputs, which every run of the tests tries again."""
    FOUND.mkdir(exist_ok=True)
    path = FOUND / f"{name}.{sha256(raw).hexdigest()[:12]}"
    path.write_bytes(raw)
    return path


def found() -> dict[str, tuple[str, bytes]]:
    """What was kept: file name to target and input."""
    return {path.name: (path.name.partition(".")[0], path.read_bytes()) for path in sorted(FOUND.glob("*.*"))}
