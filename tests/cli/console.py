"""The console script in processes of its own, without paying for its imports each time.

A server process imports the application once; each command is a fork of it, with its own environment, folder and
files as standard streams. `tests/cli/test_cli.py` runs the installed script itself too.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

_SECONDS = 60


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str


def start(arguments, *, env, cwd, stdin=b""):
    """Runs `laurel` with `arguments` to its end."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, name) for name in ("in", "out", "err")]
        files[0].write_bytes(stdin)
        process = _context().Process(target=_run, args=(list(arguments), dict(env), str(cwd), [str(f) for f in files]))
        process.start()
        process.join(_SECONDS)
        if process.is_alive():
            process.kill()
            process.join()
        status, out, err = process.exitcode, files[1].read_text("utf-8"), files[2].read_text("utf-8")
        process.close()
        return Ended(status, out, err)


def _context():
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["app.cli"])
    return context


def _run(arguments, env, cwd, files):
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    for descriptor, name in enumerate(files):
        os.dup2(os.open(name, os.O_RDONLY if descriptor == 0 else os.O_WRONLY | os.O_CREAT), descriptor)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - it lives as long as the process
    sys.argv = ["laurel", *arguments]
    from app.cli import main

    main()
