from __future__ import annotations

import pytest

from app.openbadges.identity import identity_matches, identity_object, new_salt

# Known answers, computed from the samples of Open Badges 3.0 (B.2.10) and 2.0.
KOSHER = "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399"
FLEUR = "sha256$658625b25ab3d75d613ca97d9a5a77f70e2192feca5557f4ad09a4d4f121f5fc"


@pytest.mark.parametrize(
    ("email", "salt", "expected"),
    [("a@example.com", "Kosher", KOSHER), ("jjefferson18@example.com", "FleurDeSel", FLEUR)],
)
def test_known_hashes(email, salt, expected):
    identity = identity_object("emailAddress", email, salt=salt)
    assert identity == {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": expected,
        "identityType": "emailAddress",
        "salt": salt,
    }


def test_without_a_salt_the_value_is_plain():
    assert identity_object("name", "Amina Haddad", salt=None) == {
        "type": "IdentityObject",
        "hashed": False,
        "identityHash": "Amina Haddad",
        "identityType": "name",
    }


def test_a_salt_has_128_bits_of_the_source():
    assert new_salt(lambda length: b"\xab" * length) == "ab" * 16


def hashed(**changes):
    return identity_object("emailAddress", "a@example.com", salt="Kosher") | changes


def plain(value, kind="emailAddress", **changes):
    return identity_object(kind, value, salt=None) | changes


MATCHES = {
    "the same address": (hashed(), "emailAddress", "a@example.com"),
    "upper-case hex": (hashed(identityHash="sha256$" + KOSHER[7:].upper()), "emailAddress", "a@example.com"),
    "other capitals and spaces": (hashed(), "emailAddress", " A@Example.com "),
    "an issuer that hashed capitals": (
        identity_object("emailAddress", "A@Example.com", salt="s"),
        "emailAddress",
        "A@Example.com",
    ),
    # printf '%s' 'a@example.comKosher' | md5sum
    "md5": (hashed(identityHash="md5$ddd142639a792e74751ee7e129237efa"), "emailAddress", "a@example.com"),
    "no salt": (
        # printf '%s' 'a@example.com' | sha256sum
        {
            "hashed": True,
            "identityType": "emailAddress",
            "identityHash": "sha256$08168cd80dfd534ab0f10af10f1303fe00af2d43ab5c1432360d137f8197e17a",
        },
        "emailAddress",
        "a@example.com",
    ),
    "plain": (plain("a@example.com"), "emailAddress", "a@example.com"),
    "plain with other capitals": (plain("A@Example.com"), "emailAddress", "a@example.com"),
    "a plain name": (plain("Amina Haddad", "name"), "name", "Amina Haddad "),
}


@pytest.mark.parametrize(("identity", "kind", "value"), MATCHES.values(), ids=MATCHES)
def test_matches(identity, kind, value):
    assert identity_matches(identity, kind, value)


OTHERS = {
    "another address": (hashed(), "emailAddress", "b@example.com"),
    "another salt": (hashed(salt="Sel"), "emailAddress", "a@example.com"),
    "another kind": (hashed(), "userName", "a@example.com"),
    "an account id with other capitals": (plain("Id7", "accountId"), "accountId", "id7"),
    "an unknown hash": (hashed(identityHash="sha1$" + KOSHER[7:]), "emailAddress", "a@example.com"),
    "no hash name": (hashed(identityHash=KOSHER[7:]), "emailAddress", "a@example.com"),
    "not even text": (hashed(identityHash=7), "emailAddress", "a@example.com"),
    "a salt that is no text": (hashed(salt=["Kosher"]), "emailAddress", "a@example.com"),
    "hashed is no boolean": (hashed(hashed="true"), "emailAddress", "a@example.com"),
    "plain, though nobody says so": (plain("a@example.com", hashed=None), "emailAddress", "a@example.com"),
    "plain by a word": (plain("a@example.com", hashed="false"), "emailAddress", "a@example.com"),
    "the hash itself typed in": (hashed(), "emailAddress", KOSHER),
    "letters outside ASCII": (hashed(identityHash="sha256$é"), "emailAddress", "a@example.com"),
    "nothing": ({}, "emailAddress", "a@example.com"),
}


@pytest.mark.parametrize(("identity", "kind", "value"), OTHERS.values(), ids=OTHERS)
def test_does_not_match(identity, kind, value):
    assert not identity_matches(identity, kind, value)
