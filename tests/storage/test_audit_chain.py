"""The chain as plain values: 10,000 lines, and 1,000 ways to tamper with them."""

from __future__ import annotations

import copy
import hashlib
import json
import random
from datetime import timedelta
from uuid import UUID

import pytest

from app.storage.audit_chain import EMPTY, ChainReader, Head, chained, head_of
from tests.storage.rows import NOW

ISSUER = UUID("c0ffee00-0000-4000-8000-000000000001")
LINES = 10_000


def chain(length, issuer_id=ISSUER):
    lines, head = [], EMPTY
    for number in range(length):
        members = {
            "action": random.choice(["credential.issue", "credential.revoke"]),
            "actor": f"key:{number % 7}",
            "subject": f"credential {number}",
            "outcome": "done",
            "detail": {"key": "20260101-00000000", "entries": [["list", number]]},
        }
        at = NOW + timedelta(seconds=number // 3)
        lines.append(chained(members, issuer_id=issuer_id, at=at, after=head))
        head = head_of(lines[-1])
    return lines


@pytest.fixture(scope="module")
def lines():
    return chain(LINES)


def first_wrong(lines, *, known=None, start=0, before=None):
    """The index of the first line that is wrong, looked for from `start` on; those before are known to be right."""
    reader = ChainReader(known)
    if before is not None:
        reader.heads[before["issuer"]] = head_of(before)
    for number, line in enumerate(lines, start):
        if reader.take(line) is not None:
            return number
    return None if not reader.missing() else start + len(lines)


def test_whole_it_is_right(lines):
    assert first_wrong(lines) is None
    assert first_wrong(lines, known={str(ISSUER): head_of(lines[-1])}) is None
    assert first_wrong(lines, known={str(ISSUER): head_of(lines[4_000])}) is None


def test_anybody_can_make_the_digest(lines):
    """By the words of the documentation, with nothing of ours."""
    for line in lines[:3]:
        members = {name: value for name, value in line.items() if name != "sha256"}
        written = json.dumps(members, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        assert hashlib.sha256(written).hexdigest() == line["sha256"]
    assert [line["previous"] for line in lines[:3]] == [None, lines[0]["sha256"], lines[1]["sha256"]]


def altered(line, chance):
    """The line with one member changed a little."""
    line = copy.deepcopy(line)
    name = chance.choice(sorted(line))
    value = line[name]
    if name == "detail":
        line[name] = {**value, "key": "20260101-00000001"}
    elif isinstance(value, str):
        place = chance.randrange(len(value))
        line[name] = value[:place] + chr(ord(value[place]) ^ 1) + value[place + 1 :]
    else:
        line[name] = (value or 0) + 1
    return line


def forged(line):
    """The line with another actor, and the digest that fits: only the next line can tell."""
    members = {name: line[name] for name in ("action", "subject", "outcome", "detail")}
    previous = bytes.fromhex(line["previous"]) if line["previous"] else b""
    after = Head(line["sequence"] - 1, previous)
    return chained({**members, "actor": "somebody else"}, issuer_id=ISSUER, at=NOW, after=after)


@pytest.mark.parametrize("kind", ["altered", "forged", "deleted", "put in", "swapped", "cut"])
def test_a_thousand_mutations_of_ten_thousand_lines_are_found_where_they_are(lines, kind):
    """Lines before the mutation are those of the whole log, which was read once; reading begins behind them."""
    chance = random.Random(kind)
    known = {str(ISSUER): head_of(lines[-1])}
    for _ in range(200):
        at = chance.randrange(1, LINES - 2)
        behind = lines[at : at + 4]
        wrong = at
        if kind == "altered":
            behind[0] = altered(behind[0], chance)
        elif kind == "forged":
            behind[0] = forged(behind[0])
            wrong = at + 1
        elif kind == "deleted":
            del behind[0]
        elif kind == "put in":
            behind.insert(0, lines[chance.randrange(LINES)] if chance.random() < 0.5 else forged(lines[at - 1]))
        elif kind == "swapped":
            behind[0], behind[1] = behind[1], behind[0]
        else:
            behind = []
        assert first_wrong(behind, known=known, start=at, before=lines[at - 1]) == wrong


def test_a_forged_tail_is_found_by_the_head_that_was_written_down(lines):
    tail = [*lines[-3:-1], forged(lines[-1])]
    assert first_wrong(tail, start=LINES - 3, before=lines[-4]) is None
    known = {str(ISSUER): head_of(lines[-1])}
    assert first_wrong(tail, known=known, start=LINES - 3, before=lines[-4]) == LINES - 1


def test_chains_are_read_side_by_side_and_a_broken_one_does_not_hide_the_others():
    here, nobody = chain(4), chain(4, issuer_id=None)
    del here[1]
    mixed = [here[0], nobody[0], here[1], nobody[1], here[2], nobody[3]]
    reader = ChainReader()
    assert [reader.take(line) is None for line in mixed] == [True, True, False, True, True, False]
    assert reader.broken == {str(ISSUER), None}


STRANGE = {
    "a number": 4,
    "a list": [],
    "an empty object": {},
    "a member too many": {**chain(1)[0], "colour": "red"},
    "a sequence that is true": {**chain(1)[0], "sequence": True},
    "an issuer that is a list": {**chain(1)[0], "issuer": ["x"]},
    "a digest that is a number": {**chain(1)[0], "sha256": 7},
    "another version": {**chain(1)[0], "version": 2},
}


@pytest.mark.parametrize("line", STRANGE.values(), ids=STRANGE)
def test_what_is_no_line_is_said_to_be_none(line):
    assert ChainReader().take(line) is not None


def test_lines_from_before_chains_are_counted_and_may_not_come_later():
    older = {**chain(1)[0], "sequence": None, "previous": None, "sha256": None}
    reader = ChainReader()
    assert (reader.take(older), reader.unchained) == (None, 1)
    assert reader.take(chain(1)[0]) is None
    assert reader.take(older) is not None
