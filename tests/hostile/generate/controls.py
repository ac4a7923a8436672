"""`control-*`: honest badges that look odd, and must stay valid. Without them, refusing everything would pass."""

from __future__ import annotations

import json

from app.signing.vc_jwt import numeric_date
from tests.factories import EXTENSIONS_CONTEXT, OB_CONTEXT, REMOVED, VC_CONTEXT, put, sign, sign_options
from tests.hostile.generate import status
from tests.hostile.generate.honest import (
    HEADER,
    ISSUER,
    P256,
    SIGN,
    as_json,
    badge,
    claiming,
    compact,
    headed,
    payload,
    resigned,
    signed,
)
from tests.hostile.generate.keys import P256_ORDER, es256_raw, es256_sign
from tests.hostile.generate.poison import results
from tests.hostile.generate.sample import VALID, rows
from tests.hostile.generate.token_bytes import es256
from tests.hostile.generate.token_claims import control_with_subject

ACHIEVEMENT = "/credentialSubject/achievement"
NAMES = {
    "arabic": "أمينة حداد",
    "chinese": "王小明",
    "hebrew": "שָׁלוֹם כהן",
    "devanagari": "अमीना हदद",
    "vietnamese": "Nguyễn Thị Ánh",
    "decomposed": "Ame\u0301lie Zoe\u0308",
    "astral": "𝒜𝓂𝒾𝓃𝒶 😀",
    "apostrophe": 'D\'Arcy O’Neill "Dee" & Søn <x>',
    "backslash": "A\\B / C\tD",
    "single-letter": "O",
    "joiners": "می‌خواهم",
}
DATES = {
    "offset-plus": "2026-05-04T15:30:00+05:30",
    "offset-minus": "2026-05-03T22:00:00-12:00",
    "offset-14": "2026-05-05T00:00:00+14:00",
    "offset-zero": "2026-05-04T10:00:00+00:00",
    "fraction": "2026-05-04T10:00:00.123456Z",
    "nanoseconds": "2026-05-04T10:00:00.123456789Z",
    "year-1": "0001-01-02T00:00:00Z",
    "february-29": "2024-02-29T10:00:00Z",
    "this-second": "2026-05-10T12:00:00Z",
}


def documents():
    raw = as_json(signed())
    yield from rows(
        VALID,
        {
            "control-document": ("as it should be", lambda: raw),
            "control-indented": ("written with spaces", lambda: json.dumps(signed(), indent=4).encode()),
            "control-escaped": ("written in ASCII", lambda: json.dumps(signed() | {}, ensure_ascii=True).encode()),
            "control-white-space-around": ("with white space around it", lambda: b"\n\t " + raw + b"\r\n"),
            "control-members-reversed": (
                "its members in another order",
                lambda: as_json(dict(reversed(signed().items()))),
            ),
            "control-proof-not-in-list": (
                "its proof not in a list",
                lambda: as_json({**signed(), "proof": signed()["proof"][0]}),
            ),
            "control-single-values": ("single values where lists may stand", _single_values),
            "control-issuer-is-an-id": ("an issuer that is an id alone", lambda: resigned("/issuer", ISSUER.did)),
            "control-method-without-fragment": (
                "a key named by the did:key alone",
                lambda: as_json(sign_options(badge(), ISSUER, verificationMethod=ISSUER.did)),
            ),
            "control-two-contexts": (
                "without the context of extensions",
                lambda: as_json(
                    sign({**badge(credentialSchema=REMOVED), "@context": [VC_CONTEXT, OB_CONTEXT]}, ISSUER)
                ),
            ),
            "control-context-unversioned": (
                "the context of OB 3.0 without a full version",
                lambda: _with_context("https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json"),
            ),
            "control-achievement-credential": (
                "the older name of its type",
                lambda: resigned("/type", ["VerifiableCredential", "AchievementCredential"]),
            ),
            "control-proof-expires-later": (
                "a proof that expires some day",
                lambda: as_json(sign_options(badge(), ISSUER, expires="2030-01-01T00:00:00Z")),
            ),
            "control-proof-without-created": (
                "a proof without a date",
                lambda: as_json(sign_options(badge(), ISSUER, created=REMOVED)),
            ),
            "control-proof-with-domain": (
                "a proof with a domain and a challenge",
                lambda: as_json(sign_options(badge(), ISSUER, domain="riverside.example", challenge="c")),
            ),
            "control-proof-with-context": ("a proof that repeats the contexts", _proof_with_context),
            "control-large": ("a large one: 60 results, 20 alignments, 40 KB of words", _large),
            "control-long-narrative": (
                "a narrative of 300 KB",
                lambda: resigned(f"{ACHIEVEMENT}/criteria/narrative", "Plan a lesson. " * 20_000),
            ),
            "control-symmetry": (
                "three equal results with two equal alignments each",
                lambda: resigned("/credentialSubject/result", _fitting(results(3, 2))),
            ),
            "control-repeated-evidence": (
                "eight equal pieces of evidence without ids",
                lambda: resigned("/evidence", [{"type": ["Evidence"], "name": "Plan"}] * 8),
            ),
            "control-deep": (
                "as deep as it may be",
                lambda: resigned("/evidence", [{"type": ["Evidence"], "name": "x"}]),
            ),
            "control-no-until": ("without an end", lambda: resigned("/validUntil", REMOVED)),
            "control-until-this-second": (
                "an end at this very second",
                lambda: resigned("/validUntil", "2026-05-10T12:00:00Z"),
            ),
            "control-until-9999": (
                "an end that nobody will see",
                lambda: resigned("/validUntil", "9999-12-31T23:59:59Z"),
            ),
            "control-subject-with-id": (
                "a learner with a DID",
                lambda: resigned("/credentialSubject/id", "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"),
            ),
            "control-subject-mailto": (
                "a learner with an address",
                lambda: resigned("/credentialSubject/id", "mailto:amina@riverside.example"),
            ),
            "control-id-urn": (
                "an id that is no web address",
                lambda: resigned("/id", "urn:uuid:1f0c7f86-4f63-4c6a-9a0e-6f2f1c1f6a11"),
            ),
            "control-http-links": (
                "links without encryption",
                lambda: resigned("/issuer/url", "http://riverside.example/?a=1&b=%20#x"),
            ),
            "control-credits": ("numbers with a fraction", lambda: resigned(f"{ACHIEVEMENT}/creditsAvailable", 7.5)),
            **{
                f"control-name-{label}": (
                    "a name in the letters of its language",
                    lambda name=name: resigned("/credentialSubject/identifier/0/identityHash", name),
                )
                for label, name in NAMES.items()
            },
            **{
                f"control-date-{label}": ("a date in an unusual form", lambda date=date: resigned("/validFrom", date))
                for label, date in DATES.items()
            },
        },
    )


def _fitting(found):
    """The same results without what would have to be described elsewhere."""
    return [{k: v for k, v in one.items() if k != "value"} | {"status": "Completed"} for one in found]


def _single_values() -> bytes:
    document = badge()
    for pointer, value in (
        ("/issuer/type", "Profile"),
        ("/credentialSubject/type", "AchievementSubject"),
        (f"{ACHIEVEMENT}/type", "Achievement"),
        ("/evidence", document["evidence"][0]),
        ("/credentialSchema", document["credentialSchema"][0]),
        ("/credentialSubject/result", document["credentialSubject"]["result"][0]),
        (f"{ACHIEVEMENT}/resultDescription", document["credentialSubject"]["achievement"]["resultDescription"][0]),
    ):
        document = put(document, pointer, value)
    return as_json({**sign(document, ISSUER)})


def _with_context(url: str) -> bytes:
    return as_json(sign({**badge(awardedDate=REMOVED), "@context": [VC_CONTEXT, url, EXTENSIONS_CONTEXT]}, ISSUER))


def _proof_with_context() -> bytes:
    return as_json(sign_options(badge(), ISSUER, **{"@context": badge()["@context"]}))


def _large() -> bytes:
    document = badge()
    achievement = document["credentialSubject"]["achievement"]
    achievement["description"] = "Plans lessons for learners who start from different places. " * 700
    achievement["tag"] = [f"tag {n}" for n in range(100)]
    achievement["alignment"] = [
        {"type": ["Alignment"], "targetName": f"Standard {n}", "targetUrl": f"https://standards.example/{n}"}
        for n in range(20)
    ]
    document["credentialSubject"]["result"] = [
        {"type": ["Result"], "status": "Completed", "achievedLevel": f"urn:uuid:{n}"} for n in range(0)
    ]
    document["evidence"] = [
        {"id": f"https://riverside.example/{n}", "type": ["Evidence"], "name": f"Plan {n}"} for n in range(60)
    ]
    return as_json(sign(document, ISSUER))


def tokens():
    token_bytes = compact()
    yield from rows(
        VALID,
        {
            "control-token": ("a token as it should be", lambda: token_bytes),
            "control-token-newline": ("a token with a line end", lambda: token_bytes + b"\n"),
            "control-token-crlf": ("a token with white space around it", lambda: b"  " + token_bytes + b"\r\n\r\n"),
            "control-token-es256": (
                "a token by a P-256 key",
                lambda: compact({"alg": "ES256", "kid": P256.method}, payload(P256), es256_sign("hostile-p256")),
            ),
            "control-token-es256-high-s": (
                "a token whose s is the other of two that fit",
                lambda: es256(lambda r, s: es256_raw(r, P256_ORDER - s)),
            ),
            "control-token-named-ed25519": ("a token by the new name of the algorithm", lambda: headed(alg="Ed25519")),
            "control-token-typ-missing": ("a token that does not say what it is", lambda: headed(typ=REMOVED)),
            "control-token-typ-vc": ("a token of the newer type", lambda: headed(typ="vc+jwt")),
            "control-token-typ-long": ("a token with a full media type", lambda: headed(typ="application/vc+jwt")),
            "control-token-cty": ("a token that names what is inside", lambda: headed(cty="vc")),
            "control-token-kid-without-fragment": (
                "a token whose key is named by the did:key alone",
                lambda: headed(kid=ISSUER.did),
            ),
            "control-token-jwk": (
                "a token that brings the issuer's own key along",
                lambda: headed(jwk=ISSUER.key.public_key.jwk()),
            ),
            "control-token-jwk-alone": (
                "a token that only brings the issuer's own key along",
                lambda: headed(jwk=ISSUER.key.public_key.jwk(), kid=REMOVED),
            ),
            "control-token-subject": ("a token about somebody with an id", control_with_subject),
            "control-token-fraction": ("a token with a fraction of a second", _fraction),
            "control-token-iat": ("a token with more claims", lambda: claiming(iat=1_777_888_805, aud="anybody")),
            "control-token-indented": (
                "a token whose content is written with spaces",
                lambda: compact(body=json.dumps(payload(), indent=2).encode()),
            ),
            "control-token-with-proof": ("a token around a document that has a proof as well", _both),
            "control-token-no-until": ("a token without an end", lambda: claiming(exp=REMOVED, validUntil=REMOVED)),
        },
    )


def _fraction() -> bytes:
    moment = "2026-05-04T10:00:00.75Z"
    return claiming(validFrom=moment, nbf=numeric_date(moment))


def _both() -> bytes:
    from app.signing import jwt_claims

    return compact(HEADER, jwt_claims(signed()), SIGN)


def samples():
    yield from documents()
    yield from tokens()
    yield from status.controls()
