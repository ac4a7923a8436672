"""Tokens: the claims beside the credential, and where the key comes from."""

from __future__ import annotations

import pytest

from app import strictjson
from app.signing import Algorithm, PublishedKey, did_document, jwk_with_kid
from app.verification import Found, Missing, Need, NeedKind, Verdict
from app.verification.claims import without_claims
from tests.factories import (
    BASE_URL,
    REMOVED,
    as_bytes,
    base64url,
    found,
    fresh_key,
    judged,
    key_issuer,
    make_credential,
    make_evidence,
    make_subject,
    sign_token,
    web_issuer,
)

VALID, INVALID, UNDETERMINED = Verdict
ISSUER = web_issuer()
MALLORY = fresh_key(Algorithm.ES256, "mallory")
PUBLIC_JWK = ISSUER.token_key.public_key.jwk()
LISTED = ISSUER.document["assertionMethod"]
KEY_NEED = Need(NeedKind.KEY, ISSUER.key_url)
DID_NEED = Need(NeedKind.DID_DOCUMENT, ISSUER.did)
START, END = 1_777_888_800, 1_872_583_200  # validFrom and validUntil of make_credential


def outcome_of(report):
    """The findings on proof and issuer, without their prefix, and the verdict."""
    codes = (report.check(name).code.removeprefix(f"{name}.") for name in ("proof", "issuer"))
    return (*codes, report.verdict)


CREDENTIAL = make_credential()
WITH_ID = make_credential(credentialSubject=make_subject(id="did:example:amina"))
NO_END = make_credential(validUntil=REMOVED)


@pytest.mark.parametrize(
    ("credential", "claims", "wrong"),
    [
        pytest.param(CREDENTIAL, {}, None, id="all agree"),
        pytest.param(CREDENTIAL, {"iat": START, "aud": "x"}, None, id="other claims do not matter"),
        pytest.param(CREDENTIAL, {"iss": "did:web:evil.example"}, "iss", id="another issuer"),
        pytest.param(CREDENTIAL, {"iss": REMOVED}, "iss", id="no issuer"),
        pytest.param(CREDENTIAL, {"iss": ISSUER.did + "/"}, "iss", id="nearly the issuer"),
        pytest.param(CREDENTIAL, {"iss": [ISSUER.did]}, "iss", id="issuer in a list"),
        pytest.param(CREDENTIAL, {"jti": "urn:uuid:1"}, "jti", id="another id"),
        pytest.param(CREDENTIAL, {"jti": REMOVED}, "jti", id="no id"),
        pytest.param(CREDENTIAL, {"nbf": REMOVED}, "nbf", id="no start"),
        pytest.param(CREDENTIAL, {"nbf": START + 1}, "nbf", id="a second later"),
        pytest.param(CREDENTIAL, {"nbf": START + 0.5}, None, id="within the second"),
        pytest.param(CREDENTIAL, {"nbf": str(START)}, "nbf", id="start as a text"),
        pytest.param(CREDENTIAL, {"nbf": True}, "nbf", id="true"),
        pytest.param(CREDENTIAL, {"exp": REMOVED}, None, id="no end beside validUntil"),
        pytest.param(CREDENTIAL, {"exp": END + 1}, "exp", id="a later end"),
        pytest.param(CREDENTIAL, {"exp": "never"}, "exp", id="an end that is no date"),
        pytest.param(NO_END, {"exp": END}, None, id="an end of its own"),
        pytest.param(NO_END, {"exp": None}, "exp", id="null as end"),
        pytest.param(WITH_ID, {}, None, id="subject with an id"),
        pytest.param(WITH_ID, {"sub": REMOVED}, "sub", id="subject with an id, not repeated"),
        pytest.param(WITH_ID, {"sub": "did:example:mallory"}, "sub", id="another subject"),
        pytest.param(CREDENTIAL, {"sub": "did:example:amina"}, "sub", id="a subject only outside"),
        pytest.param(CREDENTIAL, {"vp": {}}, "vp", id="the claim of a presentation"),
        pytest.param(CREDENTIAL, {"vp": None}, "vp", id="that claim, null"),
    ],
)
def test_claims(credential, claims, wrong):
    report = judged(sign_token(credential, claims=claims))
    if wrong is None:
        assert report.verdict is VALID
    else:
        assert report.check("proof").code == "proof.claims"
        assert f"“{wrong}”" in report.check("proof").detail
        assert report.verdict is INVALID
        assert report.credential is None


@pytest.mark.parametrize(
    ("claims", "verdict"),
    [
        pytest.param(dict.fromkeys(("iss", "jti", "nbf", "exp", "sub"), REMOVED), VALID, id="no claims"),
        pytest.param({"nbf": START + 60}, VALID, id="dates of the signature"),
        pytest.param({"exp": START + 60}, INVALID, id="a signature that has ended"),
        pytest.param({"iss": "did:web:evil.example"}, INVALID, id="another issuer"),
        pytest.param({"jti": "urn:uuid:1"}, INVALID, id="another id"),
        pytest.param({"sub": "did:example:mallory"}, INVALID, id="another subject"),
        pytest.param({"sub": "did:example:amina"}, VALID, id="the subject"),
    ],
)
def test_claims_are_optional_in_a_vc_jose_token(claims, verdict):
    assert judged(sign_token(WITH_ID, claims=claims, header={"typ": "vc+jwt"})).verdict is verdict


def test_the_credential_before_the_token():
    assert without_claims({"iss": 1, "sub": 1, "jti": 1, "nbf": 1, "exp": 1, "iat": 1, "aud": 1, "id": 2}) == {"id": 2}


@pytest.mark.parametrize("algorithm", [Algorithm.RS256, Algorithm.ES256, Algorithm.ES384, Algorithm.EDDSA])
def test_every_algorithm(algorithm):
    issuer = web_issuer(f"with-{algorithm.value.lower()}", algorithm)
    assert judged(sign_token(make_credential(issuer), issuer), make_evidence(issuer)).verdict is VALID


OTHERS_KEY_URL = f"{BASE_URL}/issuers/other/keys/key-2"
FAKE_URL = "https://evil.example/key"


@pytest.mark.parametrize(
    ("header", "key", "proof", "issuer", "verdict"),
    [
        # the key by a web address
        pytest.param({}, None, "fits", "bound", VALID, id="kid"),
        pytest.param({"typ": REMOVED}, None, "fits", "bound", VALID, id="no typ"),
        pytest.param({}, MALLORY, "altered", "skipped", INVALID, id="another key under the issuer's kid"),
        pytest.param({"kid": FAKE_URL}, MALLORY, "fits", "other-key", INVALID, id="a stranger's address"),
        pytest.param(
            {"kid": f"{ISSUER.key_url}#{web_issuer().key.public_key.multikey()}"}, None,
            "key-missing", "skipped", UNDETERMINED, id="a key in the fragment is not taken",
        ),
        # the key in the token
        pytest.param({"kid": REMOVED, "jwk": PUBLIC_JWK}, None, "fits", "bound", VALID, id="the issuer's key"),
        pytest.param({"jwk": PUBLIC_JWK}, None, "fits", "bound", VALID, id="kid and the same key"),
        pytest.param(
            {"kid": REMOVED, "jwk": MALLORY.public_key.jwk()},
            MALLORY, "fits", "other-key", INVALID, id="a stranger's key",
        ),
        pytest.param(
            {"jwk": MALLORY.public_key.jwk()},
            MALLORY, "malformed", "skipped", INVALID, id="the issuer's kid and a stranger's key",
        ),
        pytest.param(
            {"kid": REMOVED, "jwk": {**PUBLIC_JWK, "x": "AAAA"}},
            None, "key-unusable", "skipped", INVALID, id="no key at all",
        ),
        pytest.param(
            {"kid": REMOVED, "jwk": {**PUBLIC_JWK, "d": "AAAA"}},
            None, "malformed", "skipped", INVALID, id="with its private half",
        ),
        pytest.param({"kid": REMOVED, "jwk": "key"}, None, "malformed", "skipped", INVALID, id="a text as key"),
        pytest.param(
            {"kid": REMOVED, "jwk": {"kty": "EC", "crv": "secp256k1", "x": "AA", "y": "AA"}}, None,
            "unsupported", "skipped", UNDETERMINED, id="a curve that is not supported",
        ),
        # the key by a DID
        pytest.param({"kid": f"{ISSUER.did}#key-2"}, None, "fits", "bound", VALID, id="DID URL"),
        pytest.param(
            {"kid": f"{web_issuer('other').did}#key-2"},
            None, "not-reached", "other-key", INVALID, id="another issuer's DID",
        ),
        pytest.param(
            {"kid": key_issuer().method},
            None, "not-reached", "other-key", INVALID, id="a did:key of its own",
        ),
        # no key
        pytest.param({"kid": REMOVED}, None, "no-key", "skipped", INVALID, id="neither"),
        pytest.param({"kid": 5}, None, "malformed", "skipped", INVALID, id="a number"),
        # by its name in the issuer's document
        pytest.param({"kid": "key-2"}, None, "fits", "bound", VALID, id="a bare name"),
        pytest.param({"kid": "#key-2"}, None, "fits", "bound", VALID, id="a bare fragment"),
        pytest.param({"kid": "key-9"}, None, "not-reached", "not-listed", INVALID, id="a name that it does not have"),
        pytest.param({"kid": "##key-2"}, None, "no-key", "skipped", INVALID, id="no name"),
        pytest.param({"kid": "../../etc/passwd"}, None, "no-key", "skipped", INVALID, id="a path"),
        pytest.param({"kid": "' OR 1=1 --"}, None, "no-key", "skipped", INVALID, id="SQL"),
        pytest.param({"kid": "file:///etc/passwd"}, None, "no-key", "skipped", INVALID, id="a file"),
        pytest.param({"kid": "data:application/json,{}"}, None, "no-key", "skipped", INVALID, id="data"),
        # headers that would change how it is read
        pytest.param({"jku": FAKE_URL}, None, "malformed", "skipped", INVALID, id="jku"),
        pytest.param({"x5u": FAKE_URL}, None, "malformed", "skipped", INVALID, id="x5u"),
        pytest.param({"x5c": ["AAAA"]}, None, "fits", "bound", VALID, id="x5c is not looked at"),
        pytest.param({"crit": ["exp"]}, None, "malformed", "skipped", INVALID, id="crit"),
        pytest.param({"b64": False}, None, "malformed", "skipped", INVALID, id="b64"),
        pytest.param({"zip": "DEF"}, None, "malformed", "skipped", INVALID, id="zip"),
        pytest.param({"typ": "at+jwt"}, None, "malformed", "skipped", INVALID, id="another kind of token"),
        # algorithms
        pytest.param({"alg": "none"}, None, "malformed", "skipped", INVALID, id="none"),
        pytest.param({"alg": "nOnE"}, None, "malformed", "skipped", INVALID, id="none, in disguise"),
        pytest.param({"alg": "HS256"}, None, "malformed", "skipped", INVALID, id="a shared secret"),
        pytest.param({"alg": "es256"}, None, "malformed", "skipped", INVALID, id="small letters"),
        pytest.param({"alg": REMOVED}, None, "malformed", "skipped", INVALID, id="no algorithm"),
        pytest.param({"alg": "RS256"}, None, "malformed", "skipped", INVALID, id="another than the key's"),
        pytest.param({"alg": "PS256"}, None, "unsupported", "skipped", UNDETERMINED, id="one that is not supported"),
    ],
)  # fmt: skip
def test_keys_of_tokens(header, key, proof, issuer, verdict):
    evidence = {
        **make_evidence(),
        Need(NeedKind.KEY, FAKE_URL): found(jwk_with_kid(MALLORY.public_key, FAKE_URL)),
    }
    report = judged(sign_token(CREDENTIAL, header=header, key=key), evidence)
    assert outcome_of(report) == (proof, issuer, verdict)
    assert (report.credential is not None) == (verdict is VALID)


def test_a_shared_secret_made_of_the_public_key_is_refused():
    import hashlib
    import hmac

    head, payload, _ = sign_token(CREDENTIAL, header={"alg": "HS256"}).split(".")
    for secret in (ISSUER.token_key.public_key.material, strictjson.dumps(PUBLIC_JWK)):
        mac = hmac.new(secret, f"{head}.{payload}".encode(), hashlib.sha256).digest()
        assert judged(f"{head}.{payload}.{base64url(mac)}").verdict is INVALID


@pytest.mark.parametrize(
    ("answer", "proof", "verdict"),
    [
        pytest.param(None, "proof.key-missing", UNDETERMINED, id="not looked up"),
        pytest.param(Missing("The server did not answer."), "proof.key-missing", UNDETERMINED, id="out of reach"),
        pytest.param(found("<html>"), "proof.key-missing", UNDETERMINED, id="an error page"),
        pytest.param(found(" " * 20_000 + "{}"), "proof.key-missing", UNDETERMINED, id="too large"),
        pytest.param(found({"keys": [PUBLIC_JWK]}), "proof.fits", VALID, id="a set of one key"),
        pytest.param(found({"keys": [PUBLIC_JWK] * 2}), "proof.key-missing", UNDETERMINED, id="a set of keys"),
        pytest.param(found({"keys": []}), "proof.key-missing", UNDETERMINED, id="an empty set"),
        pytest.param(found({"keys": ["x"]}), "proof.key-unusable", INVALID, id="a set of no keys"),
        pytest.param(found({**PUBLIC_JWK, "d": "AAAA"}), "proof.key-unusable", INVALID, id="a private key"),
        pytest.param(found(MALLORY.public_key.jwk()), "proof.altered", INVALID, id="another key"),
        pytest.param(found(PUBLIC_JWK, "text/plain"), "proof.fits", VALID, id="an odd media type"),
    ],
)
def test_what_the_kid_address_answers(answer, proof, verdict):
    evidence = {**make_evidence(), KEY_NEED: answer}
    if answer is None:
        del evidence[KEY_NEED]
    report = judged(sign_token(CREDENTIAL), evidence)
    assert report.check("proof").code == proof
    assert report.verdict is verdict


@pytest.mark.parametrize(
    ("answer", "issuer", "verdict"),
    [
        pytest.param(Missing("The server did not answer."), "issuer.unreachable", UNDETERMINED, id="out of reach"),
        pytest.param(
            found(did_document(ISSUER.did, [PublishedKey("key-1", ISSUER.key.public_key)])),
            "issuer.other-key", INVALID, id="the key is not among the issuer's",
        ),
        pytest.param(
            found({**ISSUER.document, "assertionMethod": []}),
            "issuer.other-key", INVALID, id="not for assertions",
        ),
        pytest.param(
            found({**ISSUER.document, "assertionMethod": [None, 5, {"id": 5}, "#nowhere", *LISTED]}),
            "issuer.bound", VALID, id="among odd entries",
        ),
        pytest.param(
            found({**ISSUER.document, "assertionMethod": ["#key-1", "#key-2"]}),
            "issuer.bound", VALID, id="by a relative name",
        ),
    ],
)  # fmt: skip
def test_a_key_address_proves_nothing_without_the_issuer(answer, issuer, verdict):
    report = judged(sign_token(CREDENTIAL), {**make_evidence(), DID_NEED: answer})
    assert report.check("proof").code == "proof.fits"
    assert report.check("issuer").code == issuer
    assert report.verdict is verdict
    assert (report.credential is not None) == (verdict is VALID)


def test_a_document_about_somebody_else_vouches_for_nobody():
    moved = as_bytes(ISSUER.document).replace(ISSUER.did.encode(), b"did:web:evil.example")
    report = judged(sign_token(CREDENTIAL), {**make_evidence(), DID_NEED: found(moved)})
    assert outcome_of(report) == ("fits", "not-listed", INVALID)


def signature_of(token: str, change) -> str:
    import base64

    head, payload, signature = token.split(".")
    raw = base64.urlsafe_b64decode(signature + "==")
    return f"{head}.{payload}.{change(raw)}"


def der(raw: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    return encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda raw: base64url(der(raw)), id="DER"),
        pytest.param(lambda raw: base64url(bytes(64)), id="r and s zero"),
        pytest.param(lambda raw: base64url(raw[:-1]), id="a byte short"),
        pytest.param(lambda raw: base64url(raw + b"\0"), id="a byte more"),
        pytest.param(lambda raw: base64url(raw[:63] + bytes([raw[63] ^ 1])), id="a bit flipped"),
        pytest.param(lambda _: "", id="none"),
    ],
)
def test_signatures_in_another_form(change):
    assert judged(signature_of(sign_token(CREDENTIAL), change)).verdict is INVALID


def test_duplicate_members_in_a_token_are_refused():
    from app.errors import MalformedJSONError

    head = base64url(b'{"alg":"ES256","alg":"ES256"}')
    with pytest.raises(MalformedJSONError):
        judged(f"{head}.{base64url(b'{}')}.AAAA")


def test_evidence_is_plain_bytes():
    assert Found(b"{}", "").content == b"{}"


@pytest.mark.parametrize(
    ("controller", "verdict"),
    [
        pytest.param(ISSUER.did, VALID, id="the issuer's"),
        pytest.param(web_issuer("other").did, INVALID, id="somebody else's"),
    ],
)
def test_the_address_of_a_key_says_whose_it_is(controller, verdict):
    """Though the issuer lists an equal key: two that claim one key cannot both be right."""
    method = {"id": ISSUER.key_url, "type": "JsonWebKey", "controller": controller, "publicKeyJwk": PUBLIC_JWK}
    report = judged(sign_token(CREDENTIAL), {**make_evidence(), KEY_NEED: found(method)})
    assert report.verdict is verdict
    if verdict is INVALID:
        assert outcome_of(report)[:2] == ("not-reached", "other-key")


@pytest.mark.parametrize(
    ("end", "shown"),
    [
        pytest.param(END - 86_400, "2029-05-03T10:00:00Z", id="of the signature, which ends first"),
        pytest.param(END + 86_400, "2029-05-04T10:00:00Z", id="of the credential, which ends first"),
    ],
)
def test_the_earlier_end_is_shown(end, shown):
    report = judged(sign_token(CREDENTIAL, claims={"exp": end}, header={"typ": "vc+jwt"}))
    assert (report.verdict, report.dates["validUntil"]) == (VALID, shown)
