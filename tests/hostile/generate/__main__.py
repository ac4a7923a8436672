"""Writes every sample into a folder, for other verifiers: `python -m tests.hostile.generate FOLDER`.

Beside the files lies `manifest.json`: name, what is wrong, and what must come of it. The same bytes on every run.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.hostile.generate.families import counts, samples


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    manifest = []
    for sample in samples():
        (folder / sample.name).write_bytes(sample.build())
        expected = [expect.name.lower() for expect in sample.expect]
        manifest.append({"name": sample.name, "breaks": sample.breaks, "expected": expected})
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", "utf-8")
    for name, count in counts().items():
        print(f"{count:5}  {name}")  # noqa: T201 - a command


if __name__ == "__main__":
    main(Path(sys.argv[1]))
