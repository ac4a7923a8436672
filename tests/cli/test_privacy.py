"""At the terminal: all that is stored about somebody, forgetting them, and what is kept no longer than it has to be."""

from __future__ import annotations

import json
import stat
import zipfile
from pathlib import Path

import pytest

from app.cli import samples

EMAIL = samples.COMPLETIONS[0]["learner"]["email"]
NAME = samples.COMPLETIONS[0]["learner"]["name"]


def files_of(laurel):
    """Everything that the deployment has written, as one heap of bytes."""
    return b"\n".join(path.read_bytes() for path in (laurel.folder / "var").iterdir())


def test_an_export_is_a_private_file_and_never_overwrites_one(laurel):
    ended = laurel("person", "export", "--email", "-", "--out", "amina.zip", stdin=f"{EMAIL}\n".encode())
    assert ended.out == "Wrote amina.zip.\n"
    assert EMAIL not in ended.out + ended.err
    file = laurel.folder / "amina.zip"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with zipfile.ZipFile(file) as archive:
        index = json.loads(archive.read("person.json"))
    assert [item["id"] for item in index["credentials"]] == [laurel.url]
    again = laurel("person", "export", "--email", EMAIL, "--out", "amina.zip", status=3)
    assert again.err == "laurel: amina.zip cannot be written (File exists).\n"


def test_erasing_lists_first_and_erases_when_told_to(laurel):
    listed = laurel("person", "erase", "--email", EMAIL)
    assert listed.out.splitlines() == [
        f"{laurel.url}\triverside\tdifferentiated-teaching",
        "1 would be erased; add --yes to do it.",
    ]
    assert NAME.encode() in files_of(laurel)
    done = laurel("person", "erase", "--email", EMAIL, "--yes")
    assert done.out.splitlines()[-1] == "1 erased."
    for said in (NAME, EMAIL):
        assert said.encode() not in files_of(laurel)
        assert said not in done.out + done.err
    assert laurel("person", "erase", "--email", EMAIL, "--yes").out == "0 erased.\n"
    retried = laurel("issue", "completion.json", status=3)
    assert "is not awarded again" in retried.err
    assert laurel("fsck").out == "1 credentials checked, 0 findings.\n"
    laurel("verify", laurel.url, status=2)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "Say who it is"),
        (("--email", "no address"), "/email"),
        (("--did", "no DID"), "/did"),
        (("--email", "-"), "/email"),  # nothing on standard input
    ],
)
def test_somebody_has_to_be_named(laurel, options, said):
    for command in (("erase",), ("export", "--out", "x.zip")):
        assert said in laurel("person", *command, *options, status=3).err
    assert not (laurel.folder / "x.zip").exists()


def test_retention_does_nothing_until_it_is_told_to(laurel):
    said = "0 idempotency keys would be deleted, 0 credentials would be erased.\n"
    assert laurel("retention", "run", "--dry-run").out == said
    assert laurel("retention", "run").out == "0 idempotency keys were deleted, 0 credentials were erased.\n"
    assert NAME.encode() in files_of(laurel)


def test_retention_erases_what_ended_long_ago(laurel):
    completion = json.loads(Path(laurel.folder, "completion.json").read_text())
    ended = {**completion, "externalId": "ended", "validUntil": "2026-06-01T00:00:00Z"}
    ended["learner"] = {"name": "Expired Learner", "email": "expired@riverside.example"}
    address = laurel("issue", laurel.json_file("ended.json", ended)).out.strip()
    laurel.env["LAUREL_RETENTION_LEARNER_DAYS"] = "1"
    would = laurel("retention", "run", "--dry-run").out
    assert would == "0 idempotency keys would be deleted, 1 credentials would be erased.\n"
    assert b"Expired Learner" in files_of(laurel)
    assert laurel("retention", "run").out == "0 idempotency keys were deleted, 1 credentials were erased.\n"
    assert b"Expired Learner" not in files_of(laurel)
    assert NAME.encode() in files_of(laurel)
    laurel("verify", address, status=2)
    assert laurel("retention", "run").out.endswith(" 0 credentials were erased.\n")


def test_a_wrong_time_is_refused(laurel):
    laurel.env["LAUREL_RETENTION_LEARNER_DAYS"] = "0"
    assert "LAUREL_RETENTION_LEARNER_DAYS" in laurel("retention", "run", status=3).err
