"""Rasterises one strange SVG in a process of its own, with bounds on time and memory; run by `images.py`.

Started as a file, isolated, so it imports nothing of ours. Reads JSON from standard input, writes PNG.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path

import typst

_CPU_SECONDS = 1
_MEMORY_BYTES = 1024 * 1024 * 1024


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    here = Path(__file__).parent
    picture = typst.compile(
        here / "templates" / "picture.typ",
        font_paths=[here / "fonts"],
        ignore_system_fonts=True,
        format="png",
        ppi=72,
        sys_inputs={"data": sys.stdin.read()},
    )
    sys.stdout.buffer.write(picture)


if __name__ == "__main__":
    main()
