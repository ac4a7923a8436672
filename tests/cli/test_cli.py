"""The console script: every command an operator types, with its exit status and its words."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli import samples
from app.openbadges import bake_png, bake_svg
from tests.cli.console import start
from tests.factories import REMOVED, key_issuer, make_credential, sign, sign_token, web_issuer
from tests.unit.openbadges.pngs import png

SCRIPT = Path(sys.executable).with_name("laurel")
KEY = "11" * 32
SLUG = "differentiated-teaching"
BASE_URL = "http://localhost:8000"


class Place:
    """A folder with a deployment's environment; calling it runs a command there."""

    def __init__(self, folder, **env):
        self.folder = folder
        bare = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        self.env = bare | {f"LAUREL_{name.upper()}": str(value) for name, value in env.items()}

    def __call__(self, *arguments, stdin=b"", status=0):
        ended = start(arguments, env=self.env, cwd=self.folder, stdin=stdin)
        assert "Traceback" not in ended.out + ended.err, ended
        assert ended.status == status, ended
        return ended

    def json_file(self, name, value):
        path = self.folder / name
        path.write_text(json.dumps(value), "utf-8")
        return path.name


def deployment(folder):
    return Place(folder, environment="development", data_dir=folder / "var", key_encryption_key=KEY)


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A deployment with an issuer, an achievement and one badge; made by the commands themselves."""
    place = deployment(tmp_path_factory.mktemp("template"))
    place("migrate")
    place("issuer", "create", place.json_file("issuer.json", samples.ISSUER))
    body = {"slug": SLUG, "issuer": "riverside", **samples.ACHIEVEMENTS[SLUG]}
    place("achievement", "create", "-", stdin=json.dumps(body).encode())
    place.json_file("completion.json", samples.COMPLETIONS[0])
    place.url = place("issue", "completion.json").out.strip()
    return place


@pytest.fixture
def laurel(template, tmp_path):
    """A copy of the template to do with as one likes."""
    shutil.copytree(template.folder, tmp_path / "laurel")
    place = deployment(tmp_path / "laurel")
    place.url = template.url
    return place


@pytest.fixture
def nowhere(tmp_path):
    """A machine that knows nothing of any deployment."""
    return Place(tmp_path)


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
    kinds = [line.split("\t")[2:] for line in laurel("key", "list").out.splitlines()]
    assert sorted(kinds) == [["EdDSA", "data-integrity", "active"], ["RS256", "vc-jwt", "active"]]


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
        ["-", "admin", "active", "for everything"],
        ["riverside", "issue", "active", "moodle"],
        ["riverside", "issue,manage,read,revoke", "active", "trial"],
    ]
    laurel("apikey", "revoke", prefixes[0])
    states = {line.split("\t")[0]: line.split("\t")[3] for line in laurel("apikey", "list").out.splitlines()}
    assert [states[prefix] for prefix in prefixes] == ["revoked", "active", "active"]
    assert "no API key" in laurel("apikey", "revoke", "aaaaaaaaaa", status=3).err
    assert "no issuer" in laurel("apikey", "create", "x", "--issuer", "nobody", status=3).err


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


def test_an_address_is_judged_by_the_deployment_it_belongs_to(laurel):
    ended = laurel("verify", laurel.url)
    assert ended.out.startswith("VALID: ")
    assert "ok" in ended.out
    report = json.loads(laurel("verify", laurel.url, "--json").out)
    assert report["verdict"] == "valid"
    assert report["checks"][0]["id"] == "format"
    assert laurel("verify", laurel.url, "--email", "amina@riverside.example").out.startswith("VALID")
    assert laurel("verify", laurel.url, "--email", "x@riverside.example", status=1).out.startswith("INVALID")
    assert laurel("verify", laurel.url, "--at", "2030-01-01", status=1).out.startswith("INVALID")
    assert laurel("verify", f"{BASE_URL}/credentials/{'0' * 8}-0000-4000-8000-{'0' * 12}", status=2)
    assert laurel("verify", "https://elsewhere.example/x", status=2).out.startswith("UNDETERMINED")


STRANGER = sign(make_credential(key_issuer(), credentialStatus=REMOVED), key_issuer())
OF_THE_WEB = sign(make_credential(web_issuer(), credentialStatus=REMOVED), web_issuer())
FILES = {
    "valid.json": (json.dumps(STRANGER).encode(), 0),
    "valid.png": (bake_png(png(), json.dumps(STRANGER)), 0),
    "valid.svg": (bake_svg(b'<svg xmlns="http://www.w3.org/2000/svg"/>', json.dumps(STRANGER)), 0),
    "valid.jwt": (sign_token(make_credential(key_issuer(), credentialStatus=REMOVED), key_issuer()).encode(), 0),
    "tampered.json": (json.dumps(samples.tampered(STRANGER)).encode(), 1),
    "unsigned.json": (json.dumps(samples.unsigned(STRANGER)).encode(), 1),
    "expired.json": (
        json.dumps(
            sign(
                make_credential(key_issuer(), credentialStatus=REMOVED, validUntil="2026-05-05T00:00:00Z"), key_issuer()
            )
        ).encode(),
        1,
    ),
    "elsewhere.json": (json.dumps(OF_THE_WEB).encode(), 2),
    "words.txt": (b"hello", 3),
    "empty": (b"", 3),
    "picture.png": (png(), 3),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_judged_without_any_configuration(nowhere, tmp_path, name):
    content, status = FILES[name]
    (tmp_path / name).write_bytes(content)
    ended = nowhere("verify", name, status=status)
    word = ("VALID: ", "INVALID: ", "UNDETERMINED: ", "unreadable: ")[status]
    assert ended.out.startswith(word)
    assert ("no deployment to ask" in ended.err) == (status == 2)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_standard_input_is_judged_without_any_configuration(nowhere):
    report = json.loads(nowhere("verify", "-", "--json", stdin=FILES["valid.json"][0]).out)
    assert report["verdict"] == "valid"
    assert report["achievement"]["name"]


def test_with_a_deployment_a_strangers_file_is_judged_alike(laurel):
    for name in ("valid.json", "tampered.json", "elsewhere.json", "words.txt"):
        content, status = FILES[name]
        (laurel.folder / name).write_bytes(content)
        laurel("verify", name, status=status)


def test_an_address_needs_a_configuration(nowhere):
    ended = nowhere("verify", "https://badges.example/credentials/1", status=3)
    assert ended.err.startswith("laurel: Only the deployment it belongs to can judge an address.")
    assert ended.out == ""


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
