"""Badges of an issuer elsewhere, at the terminal: every conclusion, with a real web in between."""

from __future__ import annotations

import json

import pytest

from tests import standin
from tests.elsewhere import ADDRESSES, CASES, HOSTED, PAGES

STATUS = {"valid": 0, "invalid": 1, "undetermined": 2}


@pytest.fixture(scope="module")
def web():
    with standin.serve(PAGES) as serving:
        yield serving


@pytest.fixture
def connected(laurel, web):
    """A deployment whose way out leads to the stand-in."""
    laurel.env |= web.environment | {"LAUREL_LIMIT_FETCH_SECONDS": "1"}
    return laurel


@pytest.mark.parametrize("name", CASES)
def test_a_file(connected, name):
    case = CASES[name]
    (connected.folder / "badge").write_bytes(case.what)
    options = ["--email", case.asked["email"]] if "email" in case.asked else []
    if "trust" in case.asked:
        options += ["--trust", connected.json_file("trust.json", case.asked["trust"])]
    ended = connected("verify", "badge", "--json", *options, status=STATUS[case.verdict])
    assert json.loads(ended.out)["conclusion"] == case.conclusion


@pytest.mark.parametrize("path", ADDRESSES)
def test_an_address(connected, path):
    conclusion = ADDRESSES[path]
    ended = connected("verify", HOSTED + path, "--json", status=0 if conclusion == "valid" else 2)
    assert json.loads(ended.out)["conclusion"] == conclusion


def test_offline_nobody_is_asked(connected, web):
    before = web.connections
    connected("verify", f"{HOSTED}.json", "--offline", status=2)
    (connected.folder / "badge").write_bytes(CASES["valid"].what)
    assert "Other sites were not asked." in connected("verify", "badge", "--offline", status=2).out
    assert web.connections == before
