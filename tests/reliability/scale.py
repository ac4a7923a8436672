"""How much is done: little in `make test`, much in `make reliability`, and as much as the environment says."""

from __future__ import annotations

import os

LONG = os.environ.get("RELIABILITY") == "long"


def scale(name, *, short, long):
    """A number of trials. A variable of that name decides, as in `make reliability KILLS=1000`."""
    wanted = os.environ.get(name)
    if wanted:
        return int(wanted)
    return long if LONG else short


def limit(seconds):
    """A limit of wall-clock time; four times as much in `make test`, which may have half a busy machine to itself."""
    return seconds if LONG else 4 * seconds
