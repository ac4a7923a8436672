"""The console script: every command an operator types, with its exit status and its words."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli import samples
from tests.cli.conftest import BASE_URL, SLUG, Place, deployment
from tests.factories import REMOVED, key_issuer, make_credential, sign

SCRIPT = Path(sys.executable).with_name("laurel")

# The script itself ----------------------------------------------------------------------------------------------------


def test_the_installed_script(tmp_path):
    document = sign(make_credential(key_issuer(), credentialStatus=REMOVED), key_issuer())
    (tmp_path / "badge.json").write_text(json.dumps(document))
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    ended = subprocess.run(
        [SCRIPT, "verify", "badge.json", "--json"], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert json.loads(ended.stdout)["verdict"] == "valid"
    assert [path.name for path in tmp_path.iterdir()] == ["badge.json"]


# Setting up -----------------------------------------------------------------------------------------------------------


def test_migrating_again_changes_nothing(laurel):
    assert laurel("migrate").out == "The database has the newest schema.\n"


@pytest.mark.parametrize(
    "command", ["serve", "issuer list", "apikey create x", "fsck", f"verify {BASE_URL}/credentials/1"]
)
def test_a_command_on_an_unmigrated_database_says_what_to_do(tmp_path, command):
    ended = deployment(tmp_path)(*command.split(), status=3)
    assert ended.err == "laurel: The database schema is not the newest: run `laurel migrate`.\n"


def test_a_new_key_encryption_key_is_private_works_and_is_never_overwritten(nowhere, tmp_path):
    ended = nowhere("key", "new-kek", "kek")
    file = tmp_path / "kek"
    secret = file.read_text().strip()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert secret not in ended.out + ended.err
    assert "exists already" in nowhere("key", "new-kek", "kek", status=3).err
    assert file.read_text().strip() == secret
    production = Place(
        tmp_path, data_dir=tmp_path / "var", public_url="https://badges.example", key_encryption_key_file=file
    )
    production("migrate")
    assert production("issuer", "list").out == ""


def test_without_a_configuration_a_command_refuses_and_says_how_to_go_on(nowhere):
    assert "LAUREL_PUBLIC_URL" in nowhere("migrate", status=3).err
    nowhere.env["LAUREL_PUBLIC_URL"] = "https://badges.example"
    ended = nowhere("migrate", status=3)
    assert "laurel key new-kek" in ended.err
    assert ended.out == ""


def test_what_was_created_is_listed(laurel):
    assert laurel("issuer", "list").out.split("\t") == [
        "riverside",
        "did:web:localhost%3A8000:issuers:riverside",
        "Riverside Teaching Academy\n",
    ]
    issuer, slug, address, _name = laurel("achievement", "list").out.split("\t")
    assert (issuer, slug) == ("riverside", SLUG)
    assert re.fullmatch(rf"{BASE_URL}/achievements/[0-9a-f-]{{36}}", address)
    kinds = [line.split("\t")[2:5] for line in laurel("key", "list").out.splitlines()]
    assert sorted(kinds) == [["EdDSA", "data-integrity", "active"], ["RS256", "vc-jwt", "active"]]


def test_an_issuer_may_publish_in_version_2_as_well(laurel):
    body = json.dumps(samples.ISSUER | {"slug": "older"}).encode()
    assert (
        laurel("issuer", "create", "--open-badges-2", "-", stdin=body).out == "did:web:localhost%3A8000:issuers:older\n"
    )
    nameless = json.dumps({"slug": "oldest", "name": "X"}).encode()
    assert "/email" in laurel("issuer", "create", "--open-badges-2", "-", stdin=nameless, status=3).err


PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 100"><rect width="300" height="100"/></svg>'


def test_an_issuer_is_changed_and_gets_a_logo_that_badges_name(laurel):
    change = json.dumps({"accentColor": "#1d5c8f", "language": "fr"}).encode()
    assert laurel("issuer", "change", "riverside", "-", stdin=change).out == ""
    assert "/language" in laurel("issuer", "change", "riverside", "-", stdin=b'{"language": "de"}', status=3).err
    address = f"{BASE_URL}/issuers/riverside/logo.png\n"
    assert laurel("issuer", "logo", "riverside", "-", stdin=PICTURE).out == address
    body = json.dumps(samples.COMPLETIONS[0] | {"externalId": "with a logo"}).encode()
    shown = json.loads(laurel("credential", "show", laurel("issue", "-", stdin=body).out.strip()).out)
    assert shown["credential"]["issuer"]["image"]["id"] == address.strip()
    assert laurel("fsck").status == 0
    assert laurel("issuer", "logo", "riverside", "--remove").out == ""
    assert laurel("fsck").status == 0
    assert laurel("issuer", "logo", "riverside", status=3).err.startswith("laurel: ")
    assert "nobody" in laurel("issuer", "logo", "nobody", "-", stdin=PICTURE, status=3).err


def test_a_picture_is_looked_at_before_it_is_set(laurel):
    ended = laurel("achievement", "preview", "-", "--for", "logo", "--out", "seen.png", stdin=PICTURE)
    assert re.fullmatch(r"image/svg\+xml, 600 x 200 pixels, \d+ bytes\n", ended.out)
    assert (laurel.folder / "seen.png").read_bytes().startswith(b"\x89PNG")
    assert "about square" in laurel("achievement", "preview", "-", stdin=PICTURE, status=3).err


BAD_BODIES = [
    ("issuer", {"slug": "Not A Slug", "name": "X"}, "/slug"),
    ("issuer", {**samples.ISSUER}, "riverside"),
    ("achievement", {"slug": "x", "name": "X", "description": "X", "colour": "red"}, "/colour"),
    ("achievement", {"slug": "x", "name": "X", "description": "X"}, "/issuer"),
    ("achievement", {"slug": "x", "name": "X", "description": "X", "issuer": "nobody"}, "nobody"),
]


@pytest.mark.parametrize(("what", "body", "said"), BAD_BODIES)
def test_a_wrong_body_is_a_sentence_with_its_member(laurel, what, body, said):
    ended = laurel(what, "create", "-", stdin=json.dumps(body).encode(), status=3)
    assert all(line.startswith("laurel: ") for line in ended.err.splitlines())
    assert said in ended.err
    assert ended.out == ""


@pytest.mark.parametrize("stdin", [b"", b"{", b'{"slug": "a", "slug": "b"}', b"\xff"])
def test_what_is_not_json_is_a_sentence(laurel, stdin):
    assert laurel("issue", "-", stdin=stdin, status=3).err.startswith("laurel: ")


def test_a_file_that_is_not_there_is_a_sentence(laurel):
    assert "cannot be read" in laurel("issue", "nothing.json", status=3).err
    assert "cannot be read" in laurel("verify", "nothing.json", status=3).out


# API keys -------------------------------------------------------------------------------------------------------------


def test_api_keys_are_made_listed_and_ended(laurel):
    tokens = [
        laurel("apikey", "create", "for everything").out.strip(),
        laurel("apikey", "create", "moodle", "--issuer", "riverside", "--scope", "issue").out.strip(),
        laurel("apikey", "create", "trial", "--issuer", "riverside", "--test").out.strip(),
    ]
    kinds = [re.fullmatch(r"lrl_(live|test)_[a-z2-7]{62}", token)[1] for token in tokens]
    assert kinds == ["live", "live", "test"]
    listed = laurel("apikey", "list")
    assert not any(token in listed.out + listed.err for token in tokens)
    prefixes = [token.split("_")[2][:10] for token in tokens]
    rows = {line.split("\t")[0]: line.split("\t")[1:] for line in listed.out.splitlines()}
    assert [rows[prefix] for prefix in prefixes] == [
        ["-", "admin", "active", "-", "-", "for everything"],
        ["riverside", "issue", "active", "-", "-", "moodle"],
        ["riverside", "issue,manage,read,revoke", "active", "-", "-", "trial"],
    ]
    laurel("apikey", "revoke", prefixes[0])
    states = {line.split("\t")[0]: line.split("\t")[3] for line in laurel("apikey", "list").out.splitlines()}
    assert [states[prefix] for prefix in prefixes] == ["revoked", "active", "active"]
    assert "no API key" in laurel("apikey", "revoke", "aaaaaaaaaa", status=3).err
    assert "no issuer" in laurel("apikey", "create", "x", "--issuer", "nobody", status=3).err


def test_an_api_key_is_replaced_and_lives_on_for_a_while(laurel):
    old = laurel("apikey", "create", "old", "--issuer", "riverside", "--scope", "issue").out.strip()
    new = [laurel("apikey", "rotate", old[9:19], "--overlap", seconds).out.strip() for seconds in ("60", "0")]
    assert len({old, *new}) == 3
    rows = {line.split("\t")[0]: line.split("\t") for line in laurel("apikey", "list").out.splitlines()}
    assert [rows[token[9:19]][3] for token in (old, *new)] == ["expired", "active", "active"]
    assert rows[new[0][9:19]][1:3] + rows[new[0][9:19]][-1:] == ["riverside", "issue", "old"]
    assert "has ended" in laurel("apikey", "rotate", old[9:19], status=3).err


@pytest.mark.parametrize("whom", [["riverside"], []], ids=["one issuer", "everybody"])
def test_issuing_is_stopped_and_resumed(laurel, whom):
    new = json.dumps({**samples.COMPLETIONS[0], "externalId": f"while stopped {whom}"}).encode()
    assert "Issuing is stopped" in laurel("stop", *whom, "--reason", "A key may have been copied.").out
    assert "Issuing is stopped" in laurel("issue", "-", stdin=new, status=3).err
    assert laurel("verify", laurel.url).out
    laurel("resume", *whom, "--reason", "It was not.")
    assert laurel("issue", "-", stdin=new).out.startswith(BASE_URL)
    assert "no issuer" in laurel("stop", "nobody", "--reason", "x", status=3).err


# Issuing and verifying ------------------------------------------------------------------------------------------------


def test_the_same_completion_again_has_the_same_address(laurel):
    assert re.fullmatch(rf"{BASE_URL}/credentials/[0-9a-f-]{{36}}", laurel.url)
    assert laurel("issue", "completion.json").out.strip() == laurel.url
    again = laurel("issue", "-", stdin=json.dumps(samples.COMPLETIONS[0]).encode())
    assert again.out.strip() == laurel.url
    other = laurel("issue", "-", stdin=json.dumps({**samples.COMPLETIONS[0], "externalId": "2"}).encode())
    assert other.out.strip() != laurel.url


def test_a_refused_completion_issues_nothing(laurel):
    body = {**samples.COMPLETIONS[0], "achievement": "nothing", "externalId": "2"}
    assert "/achievement" in laurel("issue", "-", stdin=json.dumps(body).encode(), status=3).err
    assert laurel("fsck").out == "1 credentials checked, 0 findings.\n"


# Checking the store ---------------------------------------------------------------------------------------------------


def test_fsck_finds_one_changed_byte(laurel):
    assert laurel("fsck").out == "1 credentials checked, 0 findings.\n"
    [file] = (laurel.folder / "var").glob("*.sqlite3")
    with sqlite3.connect(file) as connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            connection.execute(f'DROP TRIGGER "{name}"')
        [(document,)] = connection.execute("SELECT document FROM credentials").fetchall()
        place = document.index(b"Amina")
        changed = document[:place] + bytes([document[place] ^ 1]) + document[place + 1 :]
        connection.execute("UPDATE credentials SET document = ?", (changed,))
    connection.close()
    assert triggers
    ended = laurel("fsck", status=1)
    uuid = laurel.url.rsplit("/", 1)[1]
    assert ended.out.splitlines() == [
        f"{uuid}: the stored bytes have changed",
        "1 credentials checked, 1 findings.",
    ]


def test_fsck_finds_a_changed_document_whose_digest_was_changed_too(laurel):
    import hashlib

    [file] = (laurel.folder / "var").glob("*.sqlite3")
    with sqlite3.connect(file) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        [(document,)] = connection.execute("SELECT document FROM credentials").fetchall()
        changed = document.replace(b"Amina", b"Anina")
        connection.execute(
            "UPDATE credentials SET document = ?, sha256 = ?", (changed, hashlib.sha256(changed).digest())
        )
    connection.close()
    assert ": proof: " in laurel("fsck", status=1).out


def test_fsck_with_another_key_says_which_key_is_missing(laurel):
    laurel.env["LAUREL_KEY_ENCRYPTION_KEY"] = "22" * 32
    body = {**samples.COMPLETIONS[0], "externalId": "2"}
    ended = laurel("issue", "-", stdin=json.dumps(body).encode(), status=3)
    assert "key-encryption key" in ended.err
    assert "22" * 32 not in ended.err


# The rest -------------------------------------------------------------------------------------------------------------


def test_openapi_needs_no_configuration(nowhere, tmp_path):
    printed = nowhere("openapi").out
    assert json.loads(printed)["openapi"].startswith("3.")
    assert nowhere("openapi", "-o", "api.json").out == ""
    assert (tmp_path / "api.json").read_text("utf-8") == printed


def test_no_command_shows_the_commands(nowhere):
    out = nowhere("--help").out
    for command in ("demo", "serve", "migrate", "issuer", "achievement", "apikey", "key", "issue", "verify", "fsck"):
        assert command in out


@pytest.fixture(scope="module")
def demonstrated(tmp_path_factory):
    """`laurel demo --once` twice in one folder: for programs, then for people, at the address that badges carry."""
    folder = tmp_path_factory.mktemp("demo")
    place = Place(folder, data_dir=folder / "var", port=0)
    for_programs = place("demo", "--once", "--json")
    place.env["LAUREL_PUBLIC_URL"] = json.loads(for_programs.out)["baseUrl"]
    return place, for_programs, place("demo", "--once")


def test_the_demonstration_prints_one_line_for_programs(demonstrated):
    _place, for_programs, _ = demonstrated
    [line] = for_programs.out.splitlines()
    shown = json.loads(line)
    assert list(shown) == ["baseUrl", "apiKey", "issuer", "achievement", "credentialUrl", "verdict"]
    assert re.fullmatch(r"http://localhost:[0-9]+", shown["baseUrl"])
    assert shown["credentialUrl"].startswith(f"{shown['baseUrl']}/credentials/")
    assert re.fullmatch(r"lrl_live_[a-z2-7]{62}", shown["apiKey"])
    assert (shown["issuer"], shown["achievement"], shown["verdict"]) == ("riverside", SLUG, "valid")


def test_the_demonstration_can_be_repeated_and_tells_people_how_to_go_on(demonstrated):
    place, _, for_people = demonstrated
    assert "verdict: valid" in for_people.out
    assert "curl" in for_people.out
    files = {path.stem: json.loads(path.read_text()) for path in (place.folder / "var/samples").iterdir()}
    assert set(files) == set(samples.EXPECTED_VERDICTS)
    key = place.folder / "var/development.kek"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_the_demonstration_refuses_a_public_address(tmp_path):
    place = Place(tmp_path, data_dir=tmp_path / "var", public_url="https://badges.riverside.org")
    assert "public host" in place("demo", "--once", status=3).err
