from __future__ import annotations

from app.verification.memo import Memo


def test_it_knows_what_was_added():
    memo = Memo(2)
    memo.add(("a", "key"))
    assert ("a", "key") in memo
    assert ("a", "other key") not in memo


def test_it_forgets_what_was_added_first():
    memo = Memo(2)
    for name in "abc":
        memo.add((name,))
    assert [(name,) in memo for name in "abc"] == [False, True, True]
