"""Signed assertions: whose key is it, and does the signature fit?"""

from __future__ import annotations

import pytest

from app.signing import Algorithm
from app.verification import Verdict
from tests.factories import REMOVED, ed25519_key, fresh_key, put
from tests.factories_ob2 import (
    ASSERTION,
    AWAY,
    GONE,
    ISSUER,
    KEY,
    REVOCATIONS,
    judged_ob2,
    make_issuer,
    make_key,
    make_revocations,
    make_signed_assertion,
    make_web,
    sign_assertion,
    troubles,
)

OTHER = fresh_key(Algorithm.RS256, "another")
TOKEN = sign_assertion()
OTHERWISE_CALLED = make_issuer(id=f"{ISSUER}.json")
EMBEDDED_KEY = make_issuer(publicKey=[make_key()])

SIGNED = [
    pytest.param(TOKEN, {}, [], id="good"),
    pytest.param(sign_assertion(make_signed_assertion(), OTHER), {}, ["proof.altered"], id="with another key"),
    pytest.param(TOKEN[:-8] + "AAAAAAAA", {}, ["proof.altered"], id="another signature"),
    pytest.param(
        sign_assertion(make_signed_assertion(verification={"type": "signed"})),
        {},
        [],
        id="names no key, issuer lists one",
    ),
    pytest.param(
        sign_assertion(make_signed_assertion(verification={"type": "signed"})),
        {"ISSUER": make_issuer(publicKey=[f"{ISSUER}/old", make_key()])},
        [],
        id="names no key, issuer lists two, of which one is away",
    ),
    pytest.param(
        sign_assertion(make_signed_assertion(verification={"type": "signed"}), OTHER),
        {"ISSUER": make_issuer(publicKey=[f"{ISSUER}/old", make_key()])},
        ["proof.key-missing"],
        id="it may be the key that is away",
    ),
    pytest.param(
        sign_assertion(make_signed_assertion(verification={"type": "signed"}), OTHER),
        {"ISSUER": make_issuer(publicKey=[KEY, f"{ISSUER}/old"])},
        ["proof.key-missing"],
        id="it may be the later key that is away",
    ),
    pytest.param(
        sign_assertion(make_signed_assertion(verification={"type": "signed"})),
        {"ISSUER": make_issuer(publicKey=[KEY, f"{ISSUER}/old"]), "KEY": make_key(owner="https://evil.example/")},
        ["proof.key-missing"],
        id="or the one that is not another's",
    ),
    pytest.param(
        sign_assertion(
            make_signed_assertion(verification={"type": "SignedBadge", "creator": "https://evil.example/key"}), OTHER
        ),
        {},
        ["issuer.key-unlisted"],
        id="names a key that its issuer does not list",
    ),
    pytest.param(TOKEN, {"ISSUER": make_issuer(publicKey=REMOVED)}, ["issuer.key-unlisted"], id="issuer lists no key"),
    pytest.param(TOKEN, {"KEY": make_key(owner="https://evil.example/")}, ["issuer.key-owner"], id="another's key"),
    pytest.param(
        TOKEN, {"KEY": make_key(id="https://evil.example/key")}, ["issuer.key-owner"], id="a key by another id"
    ),
    pytest.param(TOKEN, {"KEY": make_key(owner=REMOVED)}, [], id="a key that names no owner"),
    pytest.param(TOKEN, {"KEY": make_key(id=REMOVED)}, [], id="a key that names itself not"),
    pytest.param(TOKEN, {"ISSUER": EMBEDDED_KEY, "KEY": AWAY}, [], id="key inside the profile"),
    pytest.param(TOKEN, {"ISSUER": make_issuer(publicKey=[{"id": KEY}])}, [], id="key listed as an object"),
    pytest.param(
        sign_assertion(make_signed_assertion(verification={"type": "SignedBadge", "creator": {"id": KEY}})),
        {"ISSUER": make_issuer(publicKey=[f"{ISSUER}/old", KEY])},
        [],
        id="names its key by an object",
    ),
    pytest.param(
        sign_assertion(make_signed_assertion(verification={"type": "signed", "creator": KEY, "url": f"{ISSUER}/old"})),
        {"ISSUER": make_issuer(publicKey=[f"{ISSUER}/old", KEY])},
        [],
        id="names its key in the older way as well",
    ),
    pytest.param(TOKEN, {"KEY": AWAY}, ["proof.key-missing"], id="key away"),
    pytest.param(TOKEN, {"KEY": b"<html>"}, ["proof.key-missing"], id="a page in place of the key"),
    pytest.param(TOKEN, {"KEY": make_key(publicKeyPem="-----")}, ["proof.key-unusable"], id="no PEM"),
    pytest.param(TOKEN, {"KEY": make_key(publicKeyPem=5)}, ["proof.key-unusable"], id="a number for PEM"),
    pytest.param(TOKEN, {"KEY": make_key(ed25519_key("x"))}, ["proof.malformed"], id="a key for another algorithm"),
    pytest.param(TOKEN, {"BADGE": AWAY}, ["proof.key-missing", "issuer.badge-missing"], id="badge class away"),
    pytest.param(TOKEN, {"ISSUER": AWAY}, ["proof.key-missing", "issuer.profile-missing"], id="profile away"),
    pytest.param(
        TOKEN, {"ISSUER": make_issuer(id="https://evil.example/")}, ["issuer.other-id"], id="profile of somebody else"
    ),
    pytest.param(TOKEN, {"REVOCATIONS": make_revocations(ASSERTION)}, ["status.listed"], id="listed by id"),
    pytest.param(
        TOKEN,
        {"REVOCATIONS": make_revocations("x", {"id": ASSERTION, "revocationReason": "Plagiarism"})},
        ["status.listed"],
        id="listed with a reason",
    ),
    pytest.param(
        sign_assertion(make_signed_assertion(uid="abc")),
        {"REVOCATIONS": make_revocations({"uid": "abc"})},
        ["status.listed"],
        id="listed by uid",
    ),
    pytest.param(
        TOKEN, {"REVOCATIONS": make_revocations(None, 5, {}, [])}, ["status.doubtful"], id="entries that name nothing"
    ),
    pytest.param(TOKEN, {"REVOCATIONS": AWAY}, ["status.unreachable"], id="list away"),
    pytest.param(TOKEN, {"REVOCATIONS": {"revokedAssertions": {}}}, ["status.doubtful"], id="no list"),
    pytest.param(
        TOKEN,
        {"REVOCATIONS": make_revocations(issuer="https://evil.example/")},
        ["status.doubtful"],
        id="another's list",
    ),
    pytest.param(
        TOKEN,
        {"REVOCATIONS": make_revocations(id="https://evil.example/")},
        ["status.doubtful"],
        id="list of another id",
    ),
    pytest.param(
        TOKEN,
        {"ISSUER": make_issuer(revocationList={"id": REVOCATIONS}), "REVOCATIONS": make_revocations(ASSERTION)},
        ["status.listed"],
        id="listed, and the list named by an object",
    ),
    pytest.param(
        TOKEN,
        {"ISSUER": OTHERWISE_CALLED, "KEY": make_key(owner=ISSUER), "REVOCATIONS": make_revocations(issuer=ISSUER)},
        [],
        id="owner and list by the address of a profile whose id ends otherwise",
    ),
    pytest.param(
        TOKEN,
        {
            "ISSUER": OTHERWISE_CALLED,
            "KEY": make_key(owner=OTHERWISE_CALLED["id"]),
            "REVOCATIONS": make_revocations(issuer=OTHERWISE_CALLED["id"]),
        },
        [],
        id="owner and list by its id",
    ),
    pytest.param(TOKEN, {"ISSUER": make_issuer(revocationList=REMOVED)}, [], id="issuer has no list"),
    pytest.param(TOKEN, {"ASSERTION": GONE}, [], id="what is hosted is not asked about"),
]


@pytest.mark.parametrize(("token", "web", "expected"), SIGNED)
def test_signed(token, web, expected):
    report = judged_ob2(token, make_web(**web))
    assert troubles(report) == expected
    assert report.verdict is (Verdict.VALID if not expected else report.verdict)


@pytest.mark.parametrize(
    "key",
    [ed25519_key("ob2"), fresh_key(Algorithm.ES256, "ob2"), fresh_key(Algorithm.ES384, "ob2")],
    ids=["EdDSA", "ES256", "ES384"],
)
def test_the_key_decides_the_algorithm(key):
    web = make_web(KEY=make_key(key))
    assert judged_ob2(sign_assertion(None, key), web).verdict is Verdict.VALID
    assert judged_ob2(sign_assertion(None, key, alg="RS256"), web).check("proof").code == "proof.malformed"


def test_a_key_that_the_token_brings_along_proves_nothing():
    stranger = fresh_key(Algorithm.RS256, "stranger")
    token = sign_assertion(None, stranger, jwk=stranger.public_key.jwk(), kid="https://evil.example/key")
    report = judged_ob2(token)
    assert (report.check("proof").code, report.check("issuer").code) == ("proof.altered", "issuer.skipped")


def test_unsigned_tokens_are_refused():
    report = judged_ob2(sign_assertion(None, None, alg="none"))
    assert report.verdict is Verdict.INVALID
    assert report.check("proof").code == "proof.malformed"


@pytest.mark.parametrize("field", ["issuedOn", "recipient", "badge"])
def test_an_altered_token_is_never_valid(field):
    head, _, signature = TOKEN.split(".")
    changed = sign_assertion(put(make_signed_assertion(), f"/{field}", "x"))
    report = judged_ob2(f"{head}.{changed.split('.')[1]}.{signature}")
    assert report.verdict is not Verdict.VALID
    assert report.credential is None
