"""`laurel inspect`: what is in a file, on a machine that knows of no deployment."""

from __future__ import annotations

import json

import pytest

from app.openbadges import bake_png
from tests.factories import key_issuer, make_credential, sign, sign_token
from tests.unit.openbadges.pdfs import attaching, pdf, stream
from tests.unit.openbadges.pngs import png

BADGE = sign(make_credential(key_issuer()), key_issuer())
IMAGE = bake_png(png(), json.dumps(BADGE))


def test_it_says_first_that_nothing_was_checked(nowhere, tmp_path):
    (tmp_path / "badge.png").write_bytes(IMAGE)
    out = nowhere("inspect", "badge.png").out
    assert out.startswith("NOT CHECKED: ")
    for words in (
        "a badge image (PNG)",
        "iTXt chunk",
        BADGE["id"],
        "eddsa-rdfc-2022",
        "statusListIndex",
        "one Open Badge",
    ):
        assert words in out


def test_for_programs_it_is_one_object(nowhere):
    found = json.loads(nowhere("inspect", "-", "--json", stdin=IMAGE).out)
    assert found["notice"] == "Nothing was checked."
    assert (found["container"], found["kind"]) == ("png", "badge")
    assert found["claimedIssuer"]["id"] == BADGE["issuer"]["id"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(sign_token(make_credential()).encode(), "Token header", id="a token"),
        pytest.param(attaching(stream(json.dumps(BADGE).encode())), "attached file", id="a PDF"),
        pytest.param(b"https://badges.example/7\n", "https://badges.example/7", id="an address"),
    ],
)
def test_everything_that_verify_reads_is_looked_into(nowhere, content, words):
    ended = nowhere("inspect", "-", stdin=content)
    assert words in ended.out
    assert ended.err == ""


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"hello", "neither JSON", id="some text"),
        pytest.param(pdf({}), "no credential attached", id="a PDF without a badge"),
        pytest.param(pdf({}, start=7), "no credential attached", id="a PDF that must be mended"),
    ],
)
def test_what_cannot_be_read_is_said_with_exit_status_3(nowhere, content, words):
    ended = nowhere("inspect", "-", stdin=content, status=3)
    assert ended.out.startswith("unreadable: ")
    assert words in ended.out
    assert ended.err == ""


def test_addresses_are_not_fetched(nowhere):
    assert "Download the badge file" in nowhere("inspect", "https://badges.example/7", status=3).out
