"""What is asked for, round by round: never more than leads to an answer, and never too much."""

from __future__ import annotations

import pytest

from app.verification import MAX_NEEDS, Found, Missing, Need, NeedKind, gathered, judge, needs, read
from app.verification.policy import NOBODY
from tests.factories import NOW, REMOVED, as_bytes, ed25519_key
from tests.factories_ob2 import (
    ASSERTION,
    BADGE,
    ISSUER,
    KEY,
    REVOCATIONS,
    SITE,
    judged_ob2,
    make_assertion,
    make_badge,
    make_issuer,
    make_key,
    make_signed_assertion,
    make_web,
    sign_assertion,
)


def asked(what, web):
    """The addresses that are asked, in order."""
    seen = []

    def ask(need):
        seen.append(need)
        return web.get(need, Missing("There is nothing."))

    evidence = gathered(read(as_bytes(what)), ask)
    assert len(evidence) == len(seen) <= MAX_NEEDS
    return [need.url for need in seen]


@pytest.mark.parametrize(
    ("what", "web", "expected"),
    [
        pytest.param(make_assertion(), {}, [ASSERTION, BADGE, ISSUER, REVOCATIONS], id="hosted"),
        pytest.param(sign_assertion(), {}, [BADGE, ISSUER, REVOCATIONS, KEY], id="signed"),
        pytest.param(make_assertion(), {"ASSERTION": Missing("away")}, [ASSERTION], id="its address is away"),
        pytest.param(make_assertion(), {"BADGE": Missing("away")}, [ASSERTION, BADGE], id="its badge class is away"),
        pytest.param(make_assertion(), {"ASSERTION": make_signed_assertion()}, [ASSERTION], id="not hosted after all"),
        pytest.param(make_signed_assertion(), {}, [], id="said to be signed, and is not"),
        pytest.param(make_assertion(verification={"type": "x"}), {}, [], id="verified in an unknown way"),
        pytest.param(make_assertion(id="urn:uuid:1"), {}, [], id="no address"),
        pytest.param(make_assertion(id="file:///etc/passwd"), {}, [], id="a file"),
        pytest.param({**make_assertion(), "type": "BadgeClass"}, {}, [], id="not an assertion"),
        pytest.param(
            make_assertion(),
            {"BADGE": make_badge(issuer="did:web:a.example")},
            [ASSERTION, BADGE],
            id="a DID as issuer",
        ),
        pytest.param(
            make_assertion(),
            {"ASSERTION": make_assertion(badge=make_badge(name="In the assertion"))},
            [ASSERTION, BADGE, ISSUER, REVOCATIONS],
            id="an embedded badge class is looked up as well",
        ),
        pytest.param(
            make_assertion(),
            {"ASSERTION": make_assertion(badge=make_badge(id="urn:uuid:2"))},
            [ASSERTION, ISSUER, REVOCATIONS],
            id="an embedded badge class without an address",
        ),
        pytest.param(
            make_assertion(),
            {"ASSERTION": make_assertion(badge=make_badge(id=REMOVED))},
            [ASSERTION, ISSUER, REVOCATIONS],
            id="an embedded badge class without an id",
        ),
        pytest.param(
            make_assertion(),
            {"ISSUER": make_issuer(revocationList="file:///etc/passwd")},
            [ASSERTION, BADGE, ISSUER],
            id="a file as revocation list",
        ),
        pytest.param(
            make_assertion(),
            {"ISSUER": make_issuer(revocationList={"id": REVOCATIONS})},
            [ASSERTION, BADGE, ISSUER, REVOCATIONS],
            id="its revocation list as an object",
        ),
        pytest.param(
            make_assertion(verification=REMOVED, verify={"type": "hosted", "url": "https://b.example/1"}),
            {},
            [ASSERTION, BADGE, ISSUER, REVOCATIONS],
            id="its id is an address, and so is another",
        ),
        pytest.param(
            make_assertion(id="urn:uuid:1", verification=REMOVED, verify={"type": "hosted", "url": ASSERTION}),
            {},
            [ASSERTION, BADGE, ISSUER, REVOCATIONS],
            id="only the other one is an address",
        ),
        pytest.param(
            sign_assertion(),
            {"ISSUER": make_issuer(publicKey=[make_key()])},
            [BADGE, ISSUER, REVOCATIONS],
            id="key inside",
        ),
        pytest.param(
            sign_assertion(make_signed_assertion(verification={"type": "signed"})),
            {"ISSUER": make_issuer(publicKey=[f"{SITE}/keys/{n}" for n in range(50)], revocationList=None)},
            [BADGE, ISSUER, *(f"{SITE}/keys/{n}" for n in range(4))],
            id="more keys than are tried",
        ),
        pytest.param(
            sign_assertion(make_signed_assertion(verification={"type": "signed", "creator": f"{ISSUER}#key"})),
            {"ISSUER": make_issuer(publicKey=[f"{ISSUER}#key"], revocationList=None)},
            [BADGE, ISSUER],
            id="a fragment of the profile",
        ),
    ],
)
def test_what_is_asked_for(what, web, expected):
    assert asked(what, make_web(**web)) == expected


def test_old_addresses_are_asked_by_https():
    """By http anybody on the way could answer, and vouch for whatever they like."""
    old = make_assertion(id=ASSERTION.replace("https", "http"), badge=BADGE.replace("https", "http"))
    badge = make_badge(issuer=ISSUER.replace("https", "http"))
    web = {"ASSERTION": old, "BADGE": badge}
    assert asked(old, make_web(**web)) == [ASSERTION, BADGE, ISSUER, REVOCATIONS]
    report = judged_ob2(old, make_web(**web))
    assert report.check("issuer").code == "issuer.hosts-it"


def test_nothing_is_asked_twice():
    presented = read(as_bytes(make_assertion()))
    assert needs(presented, make_web()) == ()
    assert needs(presented, {}) == (Need(NeedKind.CREDENTIAL, ASSERTION),)


def test_a_key_in_a_fragment_of_a_document_with_several():
    token = sign_assertion(make_signed_assertion(verification={"type": "signed", "creator": f"{KEY}#2"}))
    keys = [make_key(ed25519_key("another"), id=f"{KEY}#1"), make_key(id=f"{KEY}#2")]
    web = make_web(ISSUER=make_issuer(publicKey=[f"{KEY}#{n}" for n in (1, 2)]), KEY={"id": KEY, "publicKey": keys})
    assert judged_ob2(token, web).check("proof").code == "proof.fits"


@pytest.mark.parametrize(("before", "code"), [(63, "issuer.bound"), (64, "issuer.key-unlisted")])
def test_of_a_long_list_of_keys_the_first_are_looked_at(before, code):
    keys = [*(f"{SITE}/keys/old/{n}" for n in range(before)), KEY]
    assert judged_ob2(sign_assertion(), make_web(ISSUER=make_issuer(publicKey=keys))).check("issuer").code == code


def test_a_key_in_a_fragment_of_the_profile():
    token = sign_assertion(make_signed_assertion(verification={"type": "signed", "creator": f"{ISSUER}#key"}))
    listing = make_issuer(publicKey=[make_key(id=f"{ISSUER}#key")])
    assert judged_ob2(token, make_web(ISSUER=listing)).check("proof").code == "proof.fits"


def test_an_embedded_badge_class_with_an_address_says_nothing_itself():
    embedded = make_assertion(badge=make_badge(name="Better", issuer="https://famous.example/"))
    report = judged_ob2(evidence=make_web(ASSERTION=embedded))
    assert report.achievement["name"] == "Differentiated Teaching"
    assert report.issuer["id"] == ISSUER


@pytest.mark.parametrize(("size", "code"), [(256 * 1024, "issuer.hosts-it"), (256 * 1024 + 1, "issuer.badge-missing")])
def test_documents_that_are_too_large_are_not_read(size, code):
    large = Found(as_bytes(make_badge()).ljust(size), "application/json")
    web = make_web() | {Need(NeedKind.LINKED, BADGE): large}
    report = judge(read(as_bytes(make_assertion())), web, NOBODY, now=NOW)
    assert report.check("issuer").code == code
