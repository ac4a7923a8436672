"""Keys at addresses. Whose they are is another question: see test_issuers.py."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.errors import InvalidKeyError
from app.verification import Missing, Need, NeedKind
from app.verification.keys import MAX_KEY_DOCUMENT, MAX_URL, StatedKey, is_web_url, key_at, read_jwk, stated_key
from tests.factories import ed25519_key, found

URL = "https://keys.example/1"
KEY = ed25519_key("riverside").public_key
OTHER = ed25519_key("other").public_key
JWK = KEY.jwk()
METHOD = {"id": URL, "type": "Multikey", "controller": "https://a.example", "publicKeyMultibase": KEY.multikey()}
OTHERS = {"id": f"{URL}#other", "type": "Multikey", "controller": URL, "publicKeyMultibase": OTHER.multikey()}


@pytest.mark.parametrize(
    ("value", "is_one"),
    [
        ("https://a.example/x#y", True),
        ("http://localhost:8000/x", True),
        ("https://", False),
        ("HTTPS://a.example", False),
        ("https://a.example/a b", False),
        ("https://ä.example", False),
        ("https://a.example/\n", False),
        ("ftp://a.example", False),
        ("javascript:alert(1)", False),
        ("//a.example", False),
        ("https://" + "a" * (MAX_URL - 8), True),
        ("https://" + "a" * (MAX_URL - 7), False),
    ],
)
def test_web_addresses(value, is_one):
    assert is_web_url(value) is is_one


def test_what_is_no_object_is_no_key():
    assert read_jwk("x").code == "proof.key-unusable"


def at(answer, url=URL):
    return key_at(url, {Need(NeedKind.KEY, URL): answer if isinstance(answer, Missing) else found(answer)})


@pytest.mark.parametrize(
    ("document", "url"),
    [
        pytest.param(JWK, URL, id="one JWK"),
        pytest.param({**JWK, "kid": URL}, URL, id="one JWK with its name"),
        pytest.param({"keys": [JWK]}, URL, id="a set of one"),
        pytest.param({"keys": [{**OTHER.jwk(), "kid": "2"}, {**JWK, "kid": "1"}]}, f"{URL}#1", id="named in a set"),
        pytest.param({**JWK, "kid": f"{URL}#1"}, f"{URL}#1", id="one JWK that is named"),
        pytest.param(METHOD, URL, id="a verification method"),
        pytest.param({**METHOD, "id": f"{URL}#1"}, f"{URL}#1", id="a verification method by its whole name"),
        pytest.param(
            {"controller": "https://a.example", "publicKeyMultibase": KEY.multikey()},
            URL, id="a key document without a type, as 1EdTech's validator reads it",
        ),
        pytest.param(
            {"id": URL, "assertionMethod": [OTHERS, {**METHOD, "id": "#1", "controller": URL}]},
            f"{URL}#1", id="a document that holds several",
        ),
    ],
)  # fmt: skip
def test_what_an_address_may_answer(document, url):
    assert at(document, url).key == KEY


@pytest.mark.parametrize(
    ("answer", "url", "code"),
    [
        pytest.param(Missing("The server did not answer."), URL, "proof.key-missing", id="out of reach"),
        pytest.param("<html>", URL, "proof.key-missing", id="an error page"),
        pytest.param("<html>", f"{URL}#1", "proof.key-missing", id="an error page for a named key"),
        pytest.param(" " * MAX_KEY_DOCUMENT + "{}", URL, "proof.key-missing", id="too large"),
        pytest.param({"keys": [JWK, OTHER.jwk()]}, URL, "proof.key-missing", id="a set of two without a name"),
        pytest.param({"keys": [JWK]}, f"{URL}#1", "proof.key-missing", id="a set without that name"),
        pytest.param(JWK, f"{URL}#{KEY.multikey()}", "proof.key-missing", id="a name that is a key"),
        pytest.param({"keys": [7]}, URL, "proof.key-unusable", id="a set of numbers"),
        pytest.param({"id": URL, "assertionMethod": [OTHERS]}, f"{URL}#1", "proof.key-unusable", id="not in it"),
        pytest.param(
            {"id": URL, "verificationMethod": [{**OTHERS, "id": f"{URL}#1"}]},
            f"{URL}#1", "proof.key-unusable", id="in it, and not for assertions",
        ),
        pytest.param({**JWK, "d": "AAAA"}, URL, "proof.key-unusable", id="a private key"),
        pytest.param({}, URL, "proof.unsupported", id="nothing"),
        pytest.param({**METHOD, "type": "FutureKey2040"}, URL, "proof.unsupported", id="a type that is not known"),
    ],
)  # fmt: skip
def test_what_is_no_key(answer, url, code):
    assert at(answer, url).code == code


@pytest.mark.parametrize(
    ("members", "retired"),
    [
        pytest.param({}, None, id="not at all"),
        pytest.param({"revoked": None, "expires": None}, None, id="null"),
        pytest.param({"revoked": False}, None, id="not revoked"),
        pytest.param({"revoked": "2026-05-01T00:00:00Z"}, datetime(2026, 5, 1, tzinfo=UTC), id="revoked"),
        pytest.param({"expires": "2026-05-01T02:00:00+02:00"}, datetime(2026, 5, 1, tzinfo=UTC), id="expires"),
        pytest.param(
            {"expires": "2026-05-02T00:00:00Z", "revoked": "2026-05-01T00:00:00Z"},
            datetime(2026, 5, 1, tzinfo=UTC), id="both: the earlier",
        ),
    ],
)  # fmt: skip
def test_when_a_key_ends(members, retired):
    assert stated_key({**METHOD, **members}) == StatedKey(KEY, retired, "https://a.example")


@pytest.mark.parametrize("when", [True, "", "yes", "2026-05-01", 1_777_777_777, []])
@pytest.mark.parametrize("name", ["revoked", "expires"])
def test_a_key_that_ended_at_no_known_time_may_have_ended_at_any(name, when):
    with pytest.raises(InvalidKeyError):
        stated_key({**METHOD, name: when})


def test_the_owner_of_open_badges_2_is_the_controller():
    key = {"type": "CryptographicKey", "owner": "https://a.example", "publicKeyMultibase": KEY.multikey()}
    assert stated_key(key).controller == "https://a.example"
