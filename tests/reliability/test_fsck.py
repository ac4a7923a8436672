"""One bit anywhere in what was signed, published or sealed, and `laurel fsck` finds it (R-20)."""

from __future__ import annotations

import json
import random
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from uuid import UUID

import pytest
from pydantic import TypeAdapter
from sqlalchemy import make_url

from app.main import build
from app.routers.awarding import to_completion
from app.schemas.completions import CompletionIn
from app.services import credentials
from app.services.actors import TERMINAL
from app.services.fsck import Check
from tests.reliability.conftest import settings_for
from tests.reliability.posting import make_completion
from tests.reliability.processes import run_command

CREDENTIALS = 120
REVOKED = 10
NOW = datetime(2026, 5, 10, tzinfo=UTC)


@pytest.fixture
def laurel(sqlite_place):
    opened = build(settings_for(sqlite_place.url, sqlite_place.folder))
    issued = award(opened, CREDENTIALS)
    for credential_id in issued[:REVOKED]:
        with opened.database.transaction() as session:
            credentials.revoke_credential(session, credential_id, reason="a sample", actor=TERMINAL, now=NOW)
    yield opened
    opened.close()


def award(laurel, count):
    bodies = [TypeAdapter(CompletionIn).validate_python(make_completion(number)) for number in range(count)]
    return [
        outcome.credential_id
        for outcome in laurel.writer.award_many([to_completion(body) for body in bodies], actor=TERMINAL, now=NOW)
    ]


def found(laurel):
    check = Check(laurel.database, laurel.instance, NOW, lambda *_: None)
    return [finding.text for finding in check.findings()], check.counts


@pytest.fixture
def file(sqlite_place):
    """The database, for somebody whom no trigger stops. What was changed is undone at the end of each `with`."""
    with closing(sqlite3.connect(make_url(sqlite_place.url).database, isolation_level=None)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("PRAGMA ignore_check_constraints=ON")
        yield connection


def flipped(raw, chance):
    place = chance.randrange(len(raw) * 8)
    changed = bytearray(raw)
    changed[place // 8] ^= 1 << place % 8
    return bytes(changed)


def test_what_is_whole_has_no_findings(laurel):
    findings, counts = found(laurel)
    assert findings == []
    assert (counts.credentials, counts.lists, counts.keys) == (CREDENTIALS, 1, 2)
    assert counts.audit_lines == CREDENTIALS + REVOKED + 3  # the API key, the issuer, the achievement


@pytest.mark.parametrize("column", ["document", "sha256", "jwt"])
def test_one_bit_of_every_credential(laurel, file, column):
    """Three times over, each time another bit: each one is found, and nothing else."""
    chance = random.Random(column)
    rows = file.execute("SELECT id, document, sha256 FROM credentials").fetchall()
    if column == "jwt":
        rows = rows[:10]
        for row in rows:
            with laurel.database.transaction() as session:
                credentials.credential_jwt(session, UUID(row[0]), instance=laurel.instance, now=laurel.clock())
    originals = file.execute(f"SELECT id, {column} FROM credentials").fetchall()
    wanted = {row[0] for row in rows}
    for _ in range(3):
        for id_, value in originals:
            if id_ in wanted:
                file.execute(f"UPDATE credentials SET {column} = ? WHERE id = ?", (damaged(value, chance), id_))
        findings, _ = found(laurel)
        assert {finding.split(":")[0].replace("-", "") for finding in findings} == wanted
        for id_, value in originals:
            file.execute(f"UPDATE credentials SET {column} = ? WHERE id = ?", (value, id_))
    assert found(laurel)[0] == []


def damaged(value, chance):
    """A bit of it flipped; of a token one that leaves it text, or it could not be stored."""
    if isinstance(value, bytes):
        return flipped(value, chance)
    place = chance.randrange(len(value) - 1)  # the last character of base64url has bits that say nothing
    while not (other := chr(ord(value[place]) ^ 1 << chance.randrange(6))).isprintable():
        pass
    return value[:place] + other + value[place + 1 :]


@pytest.mark.parametrize("column", ["ciphertext", "public_jwk"])
def test_one_bit_of_every_key(laurel, file, column):
    chance = random.Random(column)
    for kid, value in file.execute(f"SELECT kid, {column} FROM signing_keys").fetchall():
        for _ in range(20):
            if column == "ciphertext":
                changed = flipped(value, chance)
            else:
                jwk = json.loads(value)
                name = chance.choice([name for name in ("x", "y") if name in jwk])
                jwk[name] = jwk[name].replace(jwk[name][5], "A" if jwk[name][5] != "A" else "B", 1)
                changed = json.dumps(jwk)
            file.execute(f"UPDATE signing_keys SET {column} = ? WHERE kid = ?", (changed, kid))
            findings, _ = found(laurel)
            assert any(kid in finding for finding in findings), (kid, changed)
        file.execute(f"UPDATE signing_keys SET {column} = ? WHERE kid = ?", (value, kid))
    assert found(laurel)[0] == []


DAMAGE = {
    "a revocation is gone": ("DELETE FROM status_changes WHERE rowid = 1", "was revoked, and is not any more"),
    "a revocation is another's": (
        (
            "UPDATE status_changes SET status_index = (SELECT status_index FROM credentials"
            " WHERE id NOT IN (SELECT credential_id FROM status_changes) LIMIT 1) WHERE rowid = 1"
        ),
        "written down for the entry of another credential",
    ),
    "a credential is gone": (
        "DELETE FROM credentials WHERE id NOT IN (SELECT credential_id FROM status_changes) AND rowid = 50",
        "was issued, and is not there",
    ),
    "too little was given out": ("UPDATE status_lists SET allocated = allocated - 1", "119 entries given out"),
    "a list went back": ("UPDATE status_lists SET version = version - 1", "version 10 after 10 changes"),
    "a list is longer": ("UPDATE status_lists SET length = length + 1", "length 131073"),
    "an entry is another": (
        "UPDATE credentials SET status_index = status_index + 1 WHERE rowid = 50",
        "of another credential, or of another status entry",
    ),
    "documents changed places": (
        (
            "UPDATE credentials SET (document, sha256) = (SELECT document, sha256 FROM credentials WHERE rowid = 51)"
            " WHERE rowid = 50"
        ),
        "of another credential, or of another status entry",
    ),
    "words are gone without an erasure": ("UPDATE credentials SET document = x'' WHERE rowid = 50", "holds none"),
    "an erasure left words": (
        "UPDATE credentials SET erased_at = '2026-01-01 00:00:00.000000' WHERE rowid = 50",
        "still holds signed words",
    ),
    "a key is active and retired": (
        "UPDATE signing_keys SET retired_at = '2099-01-01 00:00:00.000000'",
        "contradict each other",
    ),
    "a line of the audit log": ("UPDATE audit_events SET actor = 'x' WHERE sequence = 9", "line 9: its words"),
    "the head of a chain": ("UPDATE audit_heads SET length = length + 1", "its head says"),
    "a replacement without a revocation": (
        (
            "INSERT INTO successions SELECT a.id, b.id, a.issuer_id, 'replacement', 'x', 'x', a.issued_at"
            " FROM credentials a, credentials b WHERE a.rowid = 50 AND b.rowid = 51"
        ),
        "another credential took its place, and it is not revoked",
    ),
}


@pytest.mark.parametrize(("statement", "said"), DAMAGE.values(), ids=DAMAGE)
def test_rows_that_contradict_each_other(laurel, file, statement, said):
    assert file.execute(statement).rowcount != 0
    findings, _ = found(laurel)
    assert any(said in finding for finding in findings), findings


def test_a_damaged_file_is_said_to_be_damaged(laurel, file):
    file.execute("PRAGMA writable_schema=ON")
    file.execute("DROP INDEX uq_audit_events_chain")
    file.execute("CREATE UNIQUE INDEX uq_audit_events_chain ON audit_events (chain, sequence)")
    file.execute("UPDATE sqlite_master SET sql = replace(sql, 'sequence)', 'id)') WHERE name = 'uq_audit_events_chain'")
    file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    laurel.close()
    assert any(finding.startswith("database: ") for finding in found(laurel)[0])


def test_with_the_wrong_key_encryption_key_the_rest_is_checked_and_the_status_says_so(laurel, sqlite_place):
    log = sqlite_place.folder / "fsck.log"
    environment = {**sqlite_place.environment, "LAUREL_KEY_ENCRYPTION_KEY": "22" * 32}
    status, said = run_command(["fsck", "--json"], environment, log)
    document = json.loads(said)
    assert (status, document["credentials"], document["findings"]) == (2, CREDENTIALS, 0)
    assert document["unchecked"] == len(document["details"]) == 2
    assert any("Is the key-encryption key the one" in detail["text"] for detail in document["details"])


def test_progress_is_told_when_asked_for(laurel, sqlite_place):
    status, said = run_command(["fsck", "--progress"], sqlite_place.environment, sqlite_place.folder / "fsck.log")
    assert status == 0
    assert f"credentials: {CREDENTIALS} of {CREDENTIALS}" in said
    assert said.endswith(f"{CREDENTIALS} credentials checked, 0 findings.\n")
