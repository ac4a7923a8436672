from __future__ import annotations

import json

import pytest

from app.errors import InputError, TooLargeError
from app.verification import NOBODY, Policy, read_registry
from app.verification.policy import MAX_REGISTRY

DCC = {
    "meta": {"created": "2020-12-02T02:32:16+0000", "updated": "2021-09-20T00:00:00+0000"},
    "registry": {
        "did:key:z6MkTest": {"name": "Example College", "location": "Springfield", "url": "https://college.example"},
        "did:web:issuer.example": {"name": "Example University"},
    },
}


def test_the_registry_of_the_dcc_is_read():
    assert read_registry(json.dumps(DCC).encode(), name="dcc.json") == {
        "did:key:z6MkTest": "dcc.json",
        "did:web:issuer.example": "dcc.json",
    }


def test_a_registry_may_name_itself():
    named = {**DCC, "meta": {"name": "Sandbox Registry"}}
    assert set(read_registry(json.dumps(named).encode()).values()) == {"Sandbox Registry"}


def test_a_list_of_ids_is_read():
    assert read_registry(b'["did:web:a.example"]') == {"did:web:a.example": "your list"}


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"did:web:a.example", id="not JSON"),
        pytest.param(b'{"issuers": []}', id="another object"),
        pytest.param(b'{"registry": []}', id="a registry that is a list"),
        pytest.param(b'["did:web:a.example", 5]', id="a number among the ids"),
        pytest.param(b'[""]', id="an empty id"),
        pytest.param(b'"did:web:a.example"', id="a text"),
    ],
)
def test_what_is_no_registry_is_refused(raw):
    with pytest.raises(InputError):
        read_registry(raw)


def test_nobody_and_an_empty_list_are_two_things():
    assert NOBODY.recognised is None
    assert Policy.of(()).recognised == {}


def test_a_registry_is_bounded():
    longest = b"[" + b" " * (MAX_REGISTRY - 2) + b"]"
    assert (read_registry(longest), len(longest)) == ({}, 5 * 1_048_576)
    with pytest.raises(TooLargeError):
        read_registry(longest + b" ")
