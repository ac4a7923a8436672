"""Addresses: what badges carry, and that only our own lead back to a row."""

from __future__ import annotations

import uuid

import pytest

from app.services.site import Site

ID = uuid.UUID("1f0c7f86-4f63-4c6a-9a0e-6f2f1c1f6a11")
LIVE = Site("https://badges.example")
LOCAL = Site("http://localhost:8000")


def test_the_addresses_that_stay():
    assert LIVE.credential(ID) == f"https://badges.example/credentials/{ID}"
    assert LIVE.achievement(ID) == f"https://badges.example/achievements/{ID}"
    assert LIVE.achievement_image(ID) == f"https://badges.example/achievements/{ID}/image.png"
    assert LIVE.status_list(ID) == f"https://badges.example/status/{ID}"
    assert LIVE.issuer("riverside") == "https://badges.example/issuers/riverside"
    assert LIVE.assertion(ID) == f"https://badges.example/credentials/{ID}/assertion.json"
    assert LIVE.badge_class(ID, 3) == f"https://badges.example/achievements/{ID}/revisions/3/badge-class.json"
    assert LIVE.profile_2("riverside") == "https://badges.example/issuers/riverside/profile-2.json"
    assert LIVE.key("riverside", "k-1") == "https://badges.example/issuers/riverside/keys/k-1"
    assert LIVE.problem("not-found") == "https://badges.example/problems/not-found"
    assert LIVE.did("riverside") == "did:web:badges.example:issuers:riverside"
    assert LOCAL.did("riverside") == "did:web:localhost%3A8000:issuers:riverside"


def test_every_address_leads_back():
    for site in (LIVE, LOCAL):
        assert site.credential_at(site.credential(ID)) == ID
        assert site.achievement_at(site.achievement(ID)) == ID
        assert site.status_list_at(site.status_list(ID)) == ID
        assert site.key_at(site.key("riverside", "20260504-0a1b2c3d")) == ("riverside", "20260504-0a1b2c3d")
        assert site.assertion_at(site.assertion(ID)) == ID
        assert site.assertion(ID).startswith(site.assertions)
        assert site.badge_class_at(site.badge_class(ID, 12)) == (ID, 12)
        assert site.profile_2_at(site.profile_2("riverside")) == "riverside"
        assert site.slug_of(site.did("riverside")) == "riverside"


OURS = [
    "https://badges.example/credentials/{id}",
    "https://badges.example/credentials/{id}/",
    "https://badges.example/credentials/{id}.json",
    "https://badges.example/credentials/{id}.jwt",
    "https://badges.example/credentials/{id}.png",
    "https://badges.example/credentials/{id}.svg",
    "https://badges.example/credentials/{id}.pdf",
    "https://badges.example/credentials/{id}?utm_source=mail",
    "https://badges.example/credentials/{id}#top",
    "https://BADGES.example/credentials/{id}",
    "HTTPS://badges.example/credentials/{id}",
]


@pytest.mark.parametrize("url", OURS)
def test_spellings_of_a_credentials_address(url):
    assert LIVE.credential_at(url.format(id=ID)) == ID
    assert LIVE.is_ours(url.format(id=ID))


HOSTILE = [
    ("another host", "https://badges.example.evil.org/credentials/{id}"),
    ("our host as a label of theirs", "https://evil.org/badges.example/credentials/{id}"),
    ("our host as a prefix", "https://badges.examples/credentials/{id}"),
    ("our host as a suffix", "https://xbadges.example/credentials/{id}"),
    ("our host below another", "https://www.badges.example/credentials/{id}"),
    ("a letter of another script", "https://b\u0430dges.example/credentials/{id}"),
    ("a full-width dot", "https://badges\uff0eexample/credentials/{id}"),
    ("a dot at the end", "https://badges.example./credentials/{id}"),
    ("our host as a user", "https://badges.example@evil.org/credentials/{id}"),
    ("our host as user and password", "https://badges.example:x@evil.org/credentials/{id}"),
    ("a user before our host", "https://evil@badges.example/credentials/{id}"),
    ("an empty user", "https://@badges.example/credentials/{id}"),
    ("a backslash", "https://evil.org\\@badges.example/credentials/{id}"),
    ("a backslash behind our host", "https://badges.example\\@evil.org/credentials/{id}"),
    ("another scheme", "http://badges.example/credentials/{id}"),
    ("a scheme of files", "file://badges.example/credentials/{id}"),
    ("no scheme", "//badges.example/credentials/{id}"),
    ("a path alone", "/credentials/{id}"),
    ("another port", "https://badges.example:8443/credentials/{id}"),
    ("a port that is none", "https://badges.example:x/credentials/{id}"),
    ("a port too high", "https://badges.example:99999/credentials/{id}"),
    ("half an IPv6 address", "https://[badges.example/credentials/{id}"),
    ("our address in a query", "https://evil.org/?u=https://badges.example/credentials/{id}"),
    ("our address in a fragment", "https://evil.org/#https://badges.example/credentials/{id}"),
    ("nothing", ""),
]


@pytest.mark.parametrize("url", [row[1] for row in HOSTILE], ids=[row[0] for row in HOSTILE])
def test_look_alikes_are_strangers(url):
    url = url.format(id=ID)
    assert not LIVE.is_ours(url)
    assert LIVE.credential_at(url) is None
    others = [url.replace("/credentials/", path) for path in ("/achievements/", "/status/", "/issuers/riverside/keys/")]
    assert [LIVE.achievement_at(others[0]), LIVE.status_list_at(others[1]), LIVE.key_at(others[2])] == [None] * 3


@pytest.mark.parametrize(
    "path",
    [
        "/credentials/",
        "/credentials/x",
        f"/credentials/{ID}.exe",
        f"/credentials/{ID}.JSON",
        f"/credentials/{ID}.json.png",
        f"/credentials/{ID}/x",
        f"/credentials/{ID}%0a",
        f"/credentials/..%2f{ID}",
        f"/x/../credentials/{ID}",
        f"//credentials/{ID}",
        f"/credentials/{str(ID).upper()}",
        "/credentials/" + "-" * 36,
        "/credentials/" + "f" * 36,
        f"/credentials/{{{ID}}}",
        f"/achievements/{ID}",
        f"/achievements/{ID}/image.png",
    ],
)
def test_other_paths_of_ours_are_no_credentials(path):
    assert LIVE.credential_at(f"https://badges.example{path}") is None


@pytest.mark.parametrize(
    "path",
    [
        "/issuers/riverside/keys/",
        "/issuers//keys/k",
        "/issuers/Riverside/keys/k",
        "/issuers/a/b/keys/k",
        "/issuers/riverside/keys/k/k",
        "/issuers/riverside/keys/k%20",
        "/issuers/riverside/keys/" + "k" * 65,
    ],
)
def test_what_is_no_key_address(path):
    assert LIVE.key_at(f"https://badges.example{path}") is None


@pytest.mark.parametrize(
    "did",
    [
        "did:web:badges.example",
        "did:web:badges.example:issuers",
        "did:web:badges.example.evil.org:issuers:riverside",
        "did:web:badges.example%3A8443:issuers:riverside",
        "did:web:evil.org:issuers:riverside",
        "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
        "https://badges.example/issuers/riverside",
        "",
    ],
)
def test_dids_of_others(did):
    assert LIVE.slug_of(did) is None


def test_the_twin_of_a_badge_is_another_document():
    """Or the signed document could be had where the assertion is asked for, and the other way round."""
    assert LIVE.credential_at(LIVE.assertion(ID)) is LIVE.achievement_at(LIVE.badge_class(ID, 1)) is None
    assert LIVE.assertion_at(LIVE.credential(ID)) is None
    for path in (
        f"/achievements/{ID}/revisions/0/badge-class.json",
        f"/achievements/{ID}/revisions/{'9' * 20}/badge-class.json",
        f"/achievements/{'-' * 36}/revisions/1/badge-class.json",
    ):
        assert LIVE.badge_class_at(f"https://badges.example{path}") is None
    assert LIVE.assertion_at(f"https://evil.example/credentials/{ID}/assertion.json") is None
    assert LIVE.profile_2_at("https://badges.example/issuers/a/b/profile-2.json") is None


def test_one_port_is_not_another():
    assert Site("http://localhost:8001").slug_of(LOCAL.did("riverside")) is None
    assert Site("http://localhost:8001").credential_at(LOCAL.credential(ID)) is None
