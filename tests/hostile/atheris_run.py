"""The same targets under atheris, which follows what the code does with its input and keeps what leads somewhere new:

    uv pip install atheris
    python -m tests.hostile.atheris_run TARGET --seconds 600

Not a part of `make test` and no dependency: it needs a wheel for this Python. Each target runs in a process of its own,
since libFuzzer ends the process that it runs in. What breaks a rule is kept, as by `fuzz`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

MOST_MEBIBYTES = 1_024


def fuzz(name: str, seconds: int, corpus: Path) -> None:
    """Never returns."""
    import atheris

    with atheris.instrument_imports(include=["app"]):
        from tests.hostile.fuzzing import keep, try_out
        from tests.hostile.mutating import WORDS
        from tests.hostile.targets import TARGETS

    for number, seed in enumerate(TARGETS[name].seeds()):
        (corpus / f"seed-{number}").write_bytes(seed)
    words = corpus.parent / "words"
    words.write_text("".join(f'"{"".join(f"{chr(92)}x{byte:02x}" for byte in word)}"\n' for word in WORDS), "ascii")

    def one(raw: bytes) -> None:
        try:
            try_out(name, raw)
        except Exception:
            print(f"kept {keep(name, raw)}", flush=True)  # noqa: T201 - a command
            raise

    limits = [f"-max_total_time={seconds}", f"-rss_limit_mb={MOST_MEBIBYTES}", "-max_len=65536", "-timeout=10"]
    atheris.Setup([sys.argv[0], *limits, f"-dict={words}", "-print_final_stats=1", str(corpus)], one)
    atheris.Fuzz()


def main() -> int:
    parser = argparse.ArgumentParser(description="Fuzzes targets under atheris.")
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--here", action="store_true", help="in this process, which ends with it")
    parser.add_argument("targets", nargs="+", metavar="TARGET")
    asked = parser.parse_args()
    if asked.here:
        with tempfile.TemporaryDirectory() as folder:
            corpus = Path(folder) / "corpus"
            corpus.mkdir()
            fuzz(asked.targets[0], asked.seconds, corpus)
    again = [sys.executable, "-m", "tests.hostile.atheris_run", "--here", "--seconds", str(asked.seconds)]
    codes = [subprocess.run([*again, name], check=False).returncode for name in asked.targets]
    return int(any(codes))


if __name__ == "__main__":
    sys.exit(main())
