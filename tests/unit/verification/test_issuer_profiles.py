"""Issuers as they publish themselves: Open Badges profiles with keys in PEM, and those of published samples."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from app.signing import Algorithm, PrivateKey
from app.verification import Found, Missing, Need, NeedKind, Presented, Verdict, gathered, judge, read
from app.verification.members import mapping, several
from app.verification.policy import NOBODY
from tests.factories import NOW, REMOVED, as_bytes, found, fresh_key, make_credential, put, sign_token
from tests.unit.signing.support import spki_pem

VALID, INVALID, UNDETERMINED = Verdict
ISSUER = "https://riverside.example/issuer"
KEY_URL = "https://riverside.example/keys/1"
KEY = fresh_key(Algorithm.RS256, "profile")


def pem(key: PrivateKey) -> str:
    numbers = key.public_key.jwk()
    n, e = (int.from_bytes(decoded(numbers[name]), "big") for name in ("n", "e"))
    return spki_pem(rsa.RSAPublicNumbers(e, n).public_key()).decode()


def decoded(text: str) -> bytes:
    import base64

    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


PEM = {"@context": "https://w3id.org/openbadges/v2", "type": "CryptographicKey", "id": KEY_URL, "owner": ISSUER}
PEM["publicKeyPem"] = pem(KEY)
PROFILE = {"@context": "https://w3id.org/openbadges/v2", "type": "Profile", "id": ISSUER, "name": "Riverside"}
TOKEN = sign_token(
    put(make_credential(credentialStatus=REMOVED), "/issuer/id", ISSUER), key=KEY, header={"kid": KEY_URL}
)


GONE = Missing("There is nothing at this address.", absent=True)
ANOTHERS = {**PEM, "owner": "https://evil.example"}


def verdict_of(web):
    presented = read(as_bytes(TOKEN))
    evidence = gathered(presented, lambda need: found(web[need.url]) if need.url in web else GONE)
    return judge(presented, evidence, NOBODY, now=NOW).verdict


@pytest.mark.parametrize(
    ("profile", "key", "verdict"),
    [
        pytest.param({**PROFILE, "publicKey": PEM}, PEM, VALID, id="holds the key"),
        pytest.param({**PROFILE, "publicKey": [PEM]}, PEM, VALID, id="holds it in a list"),
        pytest.param({**PROFILE, "publicKey": KEY_URL}, PEM, VALID, id="names the key's address"),
        pytest.param({**PROFILE, "publicKey": [f"{KEY_URL}0", KEY_URL]}, PEM, VALID, id="names several"),
        pytest.param({**PROFILE, "publicKey": f"{KEY_URL}0"}, PEM, INVALID, id="names another address"),
        pytest.param({**PROFILE, "publicKey": ANOTHERS}, PEM, INVALID, id="not its own"),
        pytest.param(
            {**PROFILE, "publicKey": KEY_URL}, ANOTHERS, INVALID, id="names another's key"
        ),
        pytest.param(
            {**PROFILE, "publicKey": KEY_URL}, {**PEM, "publicKeyPem": pem(fresh_key(Algorithm.RS256, "mallory"))},
            INVALID, id="names another key",
        ),
        pytest.param({**PROFILE, "publicKey": KEY_URL}, "<html>", UNDETERMINED, id="names a page"),
    ],
)  # fmt: skip
def test_a_profile_with_a_key_in_pem(profile, key, verdict):
    assert verdict_of({ISSUER: profile, KEY_URL: key}) is verdict


SAMPLES = Path(__file__).parents[4] / "shared" / "spec" / "examples" / "validator-ob30"
SOUND = (
    "endorsement-valid.json",
    "simple-context-alias.json",
    "simple-context-version.json",
    "simple-did-web-method.json",
    "simple-json.png",
    "simple-json.svg",
    "simple-multiple-proofs.json",
    "simple.json",
)


def answered(presented: Presented, need: Need, *, key: str | None) -> Found | Missing:
    """What the issuer would have to publish: the keys that its badges name, or another."""
    if need.kind is not NeedKind.CONTROLLER:
        return GONE
    named = [mapping(proof).get("verificationMethod", "") for proof in several(presented.document.get("proof"))]
    methods = [
        {"id": name, "type": "Multikey", "controller": need.url, "publicKeyMultibase": key or name.partition("#")[2]}
        for name in named
        if name.startswith(need.url)
    ]
    return found({"id": need.url, "assertionMethod": methods})


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="published samples not present")
@pytest.mark.parametrize("name", SOUND)
def test_1edtechs_samples_hold_once_their_issuer_lists_the_key_and_not_before(name):
    presented = read((SAMPLES / name).read_bytes())
    mallorys = fresh_key(Algorithm.EDDSA, "mallory").public_key.multikey()
    for key, holds in ((None, True), (mallorys, False)):
        evidence = gathered(presented, lambda need, key=key: answered(presented, need, key=key))
        assert (judge(presented, evidence, NOBODY, now=NOW).verdict is VALID) is holds
    assert judge(presented, {}, NOBODY, now=NOW).verdict is UNDETERMINED
