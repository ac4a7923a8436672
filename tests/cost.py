"""What a call may cost at most, measured so that the neighbours of a test are not measured with it."""

from __future__ import annotations

import gc
import time
from contextlib import contextmanager


@contextmanager
def within(seconds):
    """What is done inside takes less than `seconds` of this thread's own time.

    Not of the clock, which other processes share. And without collecting garbage: late in a run of twenty thousand
    tests one collection walks over what all of them left, and takes seconds that belong to none.
    """
    gc.disable()
    begun = time.thread_time()
    try:
        yield
    finally:
        taken = time.thread_time() - begun
        gc.enable()
    assert taken < seconds, f"{taken:.2f} s"
