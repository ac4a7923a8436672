from __future__ import annotations

import base64
import hashlib
import hmac
import json
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, utils
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jwk as jose_jwk
from joserfc import jws as jose_jws

from app import strictjson
from app.errors import (
    InvalidKeyError,
    InvalidProofError,
    MalformedJSONError,
    SignatureInvalidError,
    TooLargeError,
    UnsupportedCryptoError,
)
from app.signing import (
    PRESENTATION_TYPES,
    Algorithm,
    PrivateKey,
    PublicKey,
    jwk_with_kid,
    read_jwt,
    sign_jwt,
    verify_jwt,
)
from app.signing.multibase import encode_base64url
from tests.cost import within
from tests.unit.signing.support import (
    RFC7517_RSA,
    RFC8037_JWK,
    private_key,
    signer,
    small_rsa_key,
    spki_pem,
    vector,
)

KID = "https://badges.example/issuers/academy/keys/key-1"
PAYLOAD = {"iss": "did:web:badges.example", "name": "Differentiated teaching", "n": [1, 2.5, None, True, "é"]}
ORDER_ED25519 = 2**252 + 27742317777372353535851937790883648493
PUBLIC = {algorithm: private_key(algorithm).public_key for algorithm in Algorithm}
# joserfc knows Ed25519 under its old name only when it is asked to.
JOSE_NAMES = [algorithm.value for algorithm in Algorithm]


def pack(value):
    return encode_base64url(value if isinstance(value, bytes) else json.dumps(value).encode())


def token_of(header, payload=PAYLOAD, algorithm=Algorithm.EDDSA, sign=None):
    """A token with exactly this header and payload, signed by the honest key unless `sign` says otherwise."""
    signing_input = f"{pack(header)}.{pack(payload)}"
    signature = (sign or private_key(algorithm).sign)(signing_input.encode())
    return f"{signing_input}.{encode_base64url(signature)}"


def header(algorithm=Algorithm.EDDSA, **members):
    return {"alg": algorithm.value, "typ": "JWT", "kid": KID} | members


def judge(token, algorithm=Algorithm.EDDSA):
    return verify_jwt(read_jwt(token), PUBLIC[algorithm])


@pytest.mark.parametrize("algorithm", Algorithm)
def test_what_is_signed_reads_and_verifies(algorithm):
    token = sign_jwt(PAYLOAD, signer(algorithm), kid=KID)
    read = read_jwt(token)
    assert read.header == {"alg": algorithm.value, "typ": "JWT", "kid": KID}
    assert read.payload == PAYLOAD == verify_jwt(read, PUBLIC[algorithm])
    assert read.payload_bytes == strictjson.dumps(PAYLOAD)
    assert read.algorithm is algorithm


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
@pytest.mark.parametrize("algorithm", Algorithm)
def test_second_opinion_joserfc_accepts_ours(algorithm):
    token = sign_jwt(PAYLOAD, signer(algorithm), kid=KID)
    key = jose_jwk.import_key(jwk_with_kid(PUBLIC[algorithm], KID))
    verified = jose_jws.deserialize_compact(token, key, algorithms=JOSE_NAMES)
    assert json.loads(verified.payload) == PAYLOAD
    first = "B" if token[-20] != "B" else "C"
    with pytest.raises(Exception, match=r"(?i)signature"):
        jose_jws.deserialize_compact(token[:-20] + first + token[-19:], key, algorithms=JOSE_NAMES)


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
@pytest.mark.parametrize(
    ("kind", "parameter", "algorithm"),
    [("OKP", "Ed25519", "EdDSA"), ("RSA", 2048, "RS256"), ("EC", "P-256", "ES256"), ("EC", "P-384", "ES384")],
)
def test_second_opinion_we_accept_theirs(kind, parameter, algorithm):
    key = jose_jwk.generate_key(kind, parameter)
    token = jose_jws.serialize_compact({"alg": algorithm}, json.dumps(PAYLOAD), key, algorithms=[algorithm])
    public = PublicKey.from_jwk(key.as_dict(private=False))
    assert verify_jwt(read_jwt(token), public) == PAYLOAD
    assert public.thumbprint() == key.thumbprint()


def test_rfc8037_token():
    """RFC 8037 appendix A.5; its payload is no JSON, so only its signature can be checked here."""
    token = (
        "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
    )
    with pytest.raises(MalformedJSONError):
        read_jwt(token)


def test_rfc7515_es256_token():
    """RFC 7515 appendix A.3: a token by somebody else."""
    token = (
        "eyJhbGciOiJFUzI1NiJ9"
        ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
        ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
    )
    public = PublicKey.from_jwk(
        {
            "kty": "EC",
            "crv": "P-256",
            "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        }
    )
    payload = verify_jwt(read_jwt(token), public)
    assert payload["iss"] == "joe"
    assert payload["exp"] == 1300819380  # long past: claims are not judged here


def test_published_rfc8037_key_signs_the_published_token():
    entry = vector("rfc7520-cookbook/curve25519/jws.json")
    signing_input, _, signature = entry["output"]["compact"].rpartition(".")
    public = PublicKey.from_jwk({name: value for name, value in entry["input"]["key"].items() if name != "d"})
    public.verify(base64.urlsafe_b64decode(signature + "=="), signing_input.encode())


def test_ed25519_goes_by_both_its_names():
    assert judge(token_of(header() | {"alg": "Ed25519"})) == PAYLOAD


def hs256(key):
    return lambda data: hmac.new(key, data, hashlib.sha256).digest()


def malleated(data):
    signature = private_key(Algorithm.EDDSA).sign(data)
    scalar = int.from_bytes(signature[32:], "little") + ORDER_ED25519
    return signature[:32] + scalar.to_bytes(32, "little")


def der(data):
    raw = private_key(Algorithm.ES256).sign(data)
    return utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))


def deep(levels):
    return b'{"a":' * levels + b"1" + b"}" * levels


RSA_PEM = spki_pem(PUBLIC[Algorithm.RS256]._handle)
ED = header()
GOOD = token_of(ED)
HEAD, BODY, SIGNATURE = GOOD.split(".")
STRAY = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def with_stray_bits(part):
    """The same bytes in other letters: the last character carries bits that no byte owns."""
    assert len(part) % 4
    return part[:-1] + STRAY[STRAY.index(part[-1]) + 1]


UNEVEN = next(
    pack(PAYLOAD | {"pad": "x" * count}) for count in range(3) if len(pack(PAYLOAD | {"pad": "x" * count})) % 4
)

REFUSED = {
    # the algorithm
    "alg none": ({**ED, "alg": "none"}, None, InvalidProofError),
    "alg None": ({**ED, "alg": "None"}, None, InvalidProofError),
    "alg NONE": ({**ED, "alg": "NONE"}, None, InvalidProofError),
    "alg nOnE": ({**ED, "alg": "nOnE"}, None, InvalidProofError),
    "alg empty": ({**ED, "alg": ""}, None, InvalidProofError),
    "alg null": ({**ED, "alg": None}, None, InvalidProofError),
    "alg a list": ({**ED, "alg": ["EdDSA"]}, None, InvalidProofError),
    "alg missing": ({"typ": "JWT"}, None, InvalidProofError),
    "alg in lower case": ({**ED, "alg": "eddsa"}, None, InvalidProofError),
    "alg in upper case": ({**ED, "alg": "EDDSA"}, None, InvalidProofError),
    "alg with white space": ({**ED, "alg": "EdDSA "}, None, InvalidProofError),
    "alg invented": ({**ED, "alg": "RS257"}, None, InvalidProofError),
    "HS256 keyed with the raw public key": (
        {**ED, "alg": "HS256"},
        hs256(PUBLIC[Algorithm.EDDSA].material),
        InvalidProofError,
    ),
    "HS256 keyed with the public PEM": ({**ED, "alg": "HS256"}, hs256(RSA_PEM), InvalidProofError),
    "HS512": ({**ED, "alg": "HS512"}, None, InvalidProofError),
    "RS512": ({**ED, "alg": "RS512"}, None, UnsupportedCryptoError),
    "PS256": ({**ED, "alg": "PS256"}, None, UnsupportedCryptoError),
    "ES512": ({**ED, "alg": "ES512"}, None, UnsupportedCryptoError),
    "ES256K": ({**ED, "alg": "ES256K"}, None, UnsupportedCryptoError),
    "another algorithm than the key's": ({**ED, "alg": "RS256"}, None, InvalidProofError),
    "ES256 with an Ed25519 key": ({**ED, "alg": "ES256"}, None, InvalidProofError),
    # headers that redirect, compress or detach
    "crit": ({**ED, "crit": ["exp"], "exp": 1}, None, InvalidProofError),
    "crit b64": ({**ED, "crit": ["b64"], "b64": True}, None, InvalidProofError),
    "crit empty": ({**ED, "crit": []}, None, InvalidProofError),
    "b64 false": ({**ED, "b64": False}, None, InvalidProofError),
    "zip": ({**ED, "zip": "DEF"}, None, InvalidProofError),
    "zip null": ({**ED, "zip": None}, None, InvalidProofError),
    "enc": ({**ED, "enc": "A256GCM"}, None, InvalidProofError),
    "jku": ({**ED, "jku": "https://evil.example/jwks"}, None, InvalidProofError),
    "x5u": ({**ED, "x5u": "file:///etc/passwd"}, None, InvalidProofError),
    "kid a number": ({**ED, "kid": 7}, None, InvalidProofError),
    "kid null": ({**ED, "kid": None}, None, InvalidProofError),
    "kid an object": ({**ED, "kid": {"$ne": ""}}, None, InvalidProofError),
    "private Ed25519 jwk": ({**ED, "jwk": {**RFC8037_JWK, "d": "AA"}}, None, InvalidProofError),
    "private RSA jwk": ({**ED, "jwk": {**RFC7517_RSA, "p": "AA"}}, None, InvalidProofError),
    "symmetric jwk": ({**ED, "jwk": {"kty": "oct", "k": "AA"}}, None, InvalidProofError),
    "jwk null": ({**ED, "jwk": None}, None, InvalidProofError),
    "jwk a text": ({**ED, "jwk": "key"}, None, InvalidProofError),
    "typ of an access token": ({**ED, "typ": "at+jwt"}, None, InvalidProofError),
    "typ of a presentation": ({**ED, "typ": "vp+jwt"}, None, InvalidProofError),
    "typ of another tree": ({**ED, "typ": "text/vc+jwt"}, None, InvalidProofError),
    "typ null": ({**ED, "typ": None}, None, InvalidProofError),
    "typ a list": ({**ED, "typ": ["JWT"]}, None, InvalidProofError),
    "header a list": (b'["EdDSA"]', None, InvalidProofError),
    "header not JSON": (b"{alg:EdDSA}", None, MalformedJSONError),
    "header with alg twice": (b'{"alg":"none","alg":"EdDSA"}', None, MalformedJSONError),
    "header of 300 KB": ({**ED, "x": "a" * 300_000}, None, TooLargeError),
    "header of 5 KB": ({**ED, "x": "a" * 5_000}, None, TooLargeError),
    # signatures
    "S + L": (ED, malleated, SignatureInvalidError),
    "zeros": (ED, lambda _: bytes(64), SignatureInvalidError),
    "no signature": (ED, lambda _: b"", SignatureInvalidError),
    "63 bytes": (ED, lambda _: bytes(63), SignatureInvalidError),
    "65 bytes": (ED, lambda data: private_key(Algorithm.EDDSA).sign(data) + b"\0", SignatureInvalidError),
    "another key's": (ED, PrivateKey.generate(Algorithm.EDDSA).sign, SignatureInvalidError),
    "2 KB of signature": (ED, lambda _: bytes(2_000), InvalidProofError),
}


@pytest.mark.parametrize(("head", "sign", "error"), REFUSED.values(), ids=REFUSED.keys())
def test_hostile_tokens_are_refused_at_once(head, sign, error):
    token = token_of(head, sign=sign)
    with within(0.2), pytest.raises(error):
        judge(token)


TEXTS = {
    "empty": ("", InvalidProofError),
    "one part": (HEAD, InvalidProofError),
    "two parts": (f"{HEAD}.{BODY}", InvalidProofError),
    "four parts": (f"{GOOD}.x", InvalidProofError),
    "five parts, as encryption has": (f"{HEAD}.a.b.c.d", InvalidProofError),
    "a million dots": ("." * 200_000, InvalidProofError),
    "empty parts": ("..", MalformedJSONError),
    "payload missing": (f"{HEAD}..{SIGNATURE}", MalformedJSONError),
    "padding on the header": (f"{HEAD}=.{BODY}.{SIGNATURE}", InvalidProofError),
    "padding on the payload": (f"{HEAD}.{BODY}==.{SIGNATURE}", InvalidProofError),
    "padding on the signature": (f"{GOOD}==", InvalidProofError),
    "stray bits in the signature": (f"{HEAD}.{BODY}.{with_stray_bits(SIGNATURE)}", InvalidProofError),
    "stray bits in the payload": (f"{HEAD}.{with_stray_bits(UNEVEN)}.{SIGNATURE}", InvalidProofError),
    "the other base64 alphabet": (f"{HEAD}.{BODY}.+/{SIGNATURE[2:]}", InvalidProofError),
    "a line feed at the end": (GOOD + "\n", InvalidProofError),
    "a space in front": (" " + GOOD, InvalidProofError),
    "a line feed inside": (f"{HEAD}.{BODY[:8]}\n{BODY[8:]}.{SIGNATURE}", InvalidProofError),
    "letters beyond ASCII": (f"{HEAD}.{BODY}.é{SIGNATURE[1:]}", InvalidProofError),
    "300 KB of token": (GOOD + "A" * 300_000, TooLargeError),
    "195 KB of payload": (token_of(ED, {"a": "x" * 196_700}), TooLargeError),
}


@pytest.mark.parametrize(("text", "error"), TEXTS.values(), ids=TEXTS.keys())
def test_texts_that_are_no_tokens_are_refused_at_once(text, error):
    with within(0.2), pytest.raises(error):
        judge(text)


PAYLOADS = {
    "a member twice": (b'{"id":"a","id":"b"}', MalformedJSONError),
    "a nested member twice": (b'{"a":{"id":"a","id":"b"}}', MalformedJSONError),
    "33 levels": (deep(33), MalformedJSONError),
    "20,000 levels": (deep(20_000), MalformedJSONError),
    "NaN": (b'{"a":NaN}', MalformedJSONError),
    "half a surrogate pair": (b'{"a":"\\ud800"}', MalformedJSONError),
    "a list": (b"[]", InvalidProofError),
    "a text": (b'"eyJ"', InvalidProofError),
    "nothing": (b"", MalformedJSONError),
    "Latin-1": (b'{"a":"\xe9"}', MalformedJSONError),
    "a token in a token": (GOOD.encode(), MalformedJSONError),
}


@pytest.mark.parametrize(("payload", "error"), PAYLOADS.values(), ids=PAYLOADS.keys())
def test_payloads_that_two_readers_could_read_differently_are_refused_at_once(payload, error):
    token = token_of(ED, payload)
    with within(0.2), pytest.raises(error):
        judge(token)


ECDSA = {
    "DER": der,
    "DER cut to 64 bytes": lambda data: der(data)[:64],
    "r = s = 0": lambda _: bytes(64),
    "s = 0": lambda data: private_key(Algorithm.ES256).sign(data)[:32] + bytes(32),
    "r + n": lambda data: bytes([255] * 32) + private_key(Algorithm.ES256).sign(data)[32:],
    "with a leading zero": lambda data: b"\0" + private_key(Algorithm.ES256).sign(data),
    "by the P-384 key": private_key(Algorithm.ES384).sign,
}


@pytest.mark.parametrize("sign", ECDSA.values(), ids=ECDSA.keys())
def test_bad_ecdsa_signatures(sign):
    with pytest.raises(SignatureInvalidError):
        judge(token_of(header(Algorithm.ES256), sign=sign), Algorithm.ES256)


def test_rsa_pss_is_not_taken_for_rs256():
    def pss(data):
        handle = private_key(Algorithm.RS256)._handle
        return handle.sign(data, padding.PSS(padding.MGF1(SHA256()), 32), SHA256())

    with pytest.raises(SignatureInvalidError):
        judge(token_of(header(Algorithm.RS256), sign=pss), Algorithm.RS256)


def test_a_short_rsa_key_gets_no_chance_to_verify():
    numbers = small_rsa_key().public_key().public_numbers()
    jwk = {"kty": "RSA", "n": pack(numbers.n.to_bytes(128, "big")), "e": "AQAB"}
    with pytest.raises(InvalidKeyError):
        PublicKey.from_jwk(jwk)


def test_a_low_order_key_gets_no_chance_to_accept_the_zero_signature():
    with pytest.raises(InvalidKeyError):
        PublicKey.from_jwk({**RFC8037_JWK, "x": encode_base64url((1).to_bytes(32, "little"))})


def test_an_honest_embedded_key_and_certificate_are_left_to_the_judge():
    token = token_of({**ED, "jwk": RFC8037_JWK, "x5c": ["MIIB"]})
    assert judge(token) == PAYLOAD
    assert read_jwt(token).header["jwk"] == RFC8037_JWK


@pytest.mark.parametrize("typ", ["JWT", "jwt", "vc+jwt", "application/vc+jwt"])
def test_the_types_of_credentials_pass(typ):
    assert judge(token_of({**ED, "typ": typ})) == PAYLOAD


def test_a_credential_is_not_taken_for_a_presentation():
    with pytest.raises(InvalidProofError):
        read_jwt(token_of({**ED, "typ": "vc+jwt"}), types=PRESENTATION_TYPES)


def test_the_types_are_the_callers_and_may_be_left_out():
    token = token_of({**ED, "typ": "vp+jwt"})
    assert verify_jwt(read_jwt(token, types={"vp+jwt"}), PUBLIC[Algorithm.EDDSA]) == PAYLOAD
    assert judge(token_of({"alg": "EdDSA"})) == PAYLOAD


@pytest.mark.parametrize("part", [0, 1, 2])
def test_one_changed_character_in_any_part_is_refused(part):
    parts = GOOD.split(".")
    for position in range(0, len(parts[part]), 7):
        letters = list(parts[part])
        letters[position] = "A" if letters[position] != "A" else "B"
        changed = [*parts[:part], "".join(letters), *parts[part + 1 :]]
        with pytest.raises((SignatureInvalidError, InvalidProofError, MalformedJSONError)):
            judge(".".join(changed))


def test_a_security_module_signs_without_showing_its_key():
    """Anything with `sign` and `algorithm` will do: PyJWT never asks for the key."""
    asked = []

    def sign(data):
        asked.append(data)
        return private_key(Algorithm.ES256).sign(data)

    module = SimpleNamespace(algorithm=Algorithm.ES256, public_key=PUBLIC[Algorithm.ES256], key_id="hsm-1", sign=sign)
    token = sign_jwt(PAYLOAD, module, kid=KID, typ="vc+jwt")
    assert asked == [token.rpartition(".")[0].encode()]
    assert read_jwt(token).header["typ"] == "vc+jwt"
    assert judge(token, Algorithm.ES256) == PAYLOAD


def test_what_is_signed_about_a_person_does_not_show_in_a_log():
    shown = repr(read_jwt(GOOD))
    assert KID in shown
    assert "Differentiated" not in shown
    assert BODY not in shown
