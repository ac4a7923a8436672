"""The audit log at the terminal: kept elsewhere, and checked there."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest


@pytest.fixture
def exported(laurel):
    """The lines of the export, which is in the file `audit.ndjson`."""
    laurel("audit", "export", "--output", "audit.ndjson")
    return (laurel.folder / "audit.ndjson").read_text().splitlines()


def verify(laurel, lines, *options, status=0):
    text = "".join(f"{line}\n" for line in lines)
    return laurel("audit", "verify", "-", *options, stdin=text.encode(), status=status)


def test_an_export_proves_itself_without_the_database(laurel, nowhere, exported):
    assert laurel("audit", "export").out.splitlines() == exported
    assert [json.loads(line)["action"] for line in exported] == [
        "issuer.create",
        "achievement.create",
        "credential.issue",
    ]
    assert verify(nowhere, exported).out == "3 lines in 1 chains checked, 0 findings.\n"
    assert nowhere("audit", "verify", str(laurel.folder / "audit.ndjson")).out.endswith(" 0 findings.\n")
    assert laurel("audit", "verify").out == "3 lines in 1 chains checked, 0 findings.\n"


def test_the_first_bad_line_of_a_file_is_named(nowhere, exported):
    changed = [exported[0], exported[1].replace("terminal", "somebody"), exported[2]]
    assert verify(nowhere, changed, status=1).out.splitlines()[0].startswith("line 2 of the file: its words")
    assert "line 2 of the file: it says that it is line 3" in verify(nowhere, [exported[0], exported[2]], status=1).out
    assert "line 1 of the file" in verify(nowhere, ["{", *exported], status=1).out
    assert "line 2 of the file" in verify(nowhere, [exported[0], " " * 70_000, *exported[1:]], status=1).out


def test_a_head_that_was_kept_shows_that_the_end_is_missing(laurel, nowhere, exported):
    heads = laurel("audit", "head").out
    nowhere.json_file("heads.json", json.loads(heads))
    assert verify(nowhere, exported, "--heads", "heads.json").out.endswith(" 0 findings.\n")
    assert verify(nowhere, exported[:2]).out.endswith(" 0 findings.\n")
    ended = verify(nowhere, exported[:2], "--heads", "heads.json", status=1)
    assert "it has 2 lines, and had 3 when its head was written down" in ended.out
    nowhere.json_file("wrong.json", {"heads": [{"issuer": None, "length": "3", "sha256": ""}]})
    assert "audit head" in verify(nowhere, exported, "--heads", "wrong.json", status=3).err


def test_one_issuers_chain_alone(laurel, exported):
    laurel("apikey", "create", "for everything")  # concerns no issuer
    assert laurel("audit", "export", "--issuer", "riverside").out.splitlines() == exported
    assert len(laurel("audit", "export").out.splitlines()) == 4
    assert "no issuer 'nobody'" in laurel("audit", "export", "--issuer", "nobody", status=3).err


def test_a_line_that_was_changed_in_the_database_is_named(laurel):
    with closing(sqlite3.connect(laurel.folder / "var" / "laurel.sqlite3")) as connection, connection:
        connection.execute("DROP TRIGGER audit_events_no_update")
        connection.execute("UPDATE audit_events SET subject = 'x' WHERE sequence = 2")
    ended = laurel("audit", "verify", status=1)
    assert "line 2: its words are not those that its digest was made of" in ended.out


def test_files_that_cannot_be_used_are_a_sentence(laurel):
    assert "cannot be read" in laurel("audit", "verify", "nothing.ndjson", status=3).err
    assert "cannot be written" in laurel("audit", "export", "-o", "no/such/folder", status=3).err
