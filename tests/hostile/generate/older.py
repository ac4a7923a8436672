"""`ob2-*`: badges of version 2, which are only as good as the addresses they point at (threats T-04, T-06, T-10)."""

from __future__ import annotations

from functools import cache

from app.signing import PrivateKey
from tests.factories import REMOVED, put
from tests.factories_ob2 import (
    ASSERTION,
    AWAY,
    BADGE,
    GONE,
    OB2_CONTEXT,
    make_assertion,
    make_badge,
    make_issuer,
    make_key,
    make_recipient,
    make_revocations,
    make_signed_assertion,
    make_web,
    sign_assertion,
)
from tests.hostile.generate.honest import as_json
from tests.hostile.generate.keys import rsa_handle
from tests.hostile.generate.pngs import itxt, png
from tests.hostile.generate.sample import CANARY, INVALID, NOT_VALID, PROBLEM, VALID, Sample

ELSEWHERE = "https://attacker.example/assertion"
NAMED = make_recipient(hashed=False, identity=f"{CANARY}@riverside.example", salt=REMOVED)


@cache
def _key(name: str = "hostile-rsa") -> PrivateKey:
    return PrivateKey(rsa_handle(name))


def web(**changes):
    """What the addresses answer, with the issuer's key from a fixed seed."""
    return make_web(**{"KEY": make_key(_key()), "ASSERTION": make_assertion(recipient=NAMED), **changes})


def hosted(**changes) -> bytes:
    return as_json(make_assertion(**{"recipient": NAMED, **changes}))


def signed(key="hostile-rsa", header=None, **changes) -> bytes:
    assertion = make_signed_assertion(**{"recipient": NAMED, **changes})
    return sign_assertion(assertion, _key(key), **(header or {})).encode()


def case(name, breaks, expect, build=hosted, **answers) -> Sample:
    return Sample(f"ob2-{name}", breaks, expect, build, lambda: web(**answers))


def hosted_badges():
    copy = make_assertion(recipient=NAMED)
    loop = {"BADGE": make_badge(issuer=BADGE)}
    yield case("hosted-gone", "its address says that it is gone", INVALID, ASSERTION=GONE)
    yield case("hosted-revoked", "its address says that it was withdrawn", INVALID, ASSERTION={**copy, "revoked": True})
    yield case(
        "hosted-expired",
        "the copy at its address has expired",
        INVALID,
        ASSERTION={**copy, "expires": "2026-05-05T00:00:00Z"},
    )
    yield case("hosted-other", "its address holds another badge", NOT_VALID, ASSERTION={**copy, "id": f"{ASSERTION}9"})
    yield case("hosted-elsewhere", "it is hosted by somebody else", NOT_VALID, lambda: hosted(id=ELSEWHERE))
    yield case("hosted-away", "its address is out of reach", NOT_VALID, ASSERTION=AWAY)
    yield case("hosted-html", "its address answers a web page", NOT_VALID, ASSERTION=b"<!doctype html><title>x</title>")
    yield case(
        "hosted-deep", "its address answers JSON that is nested deeply", NOT_VALID, ASSERTION=b'{"a":' + b"[" * 100_000
    )
    yield case(
        "hosted-dup", "a member at its address stands twice", NOT_VALID, ASSERTION=as_json(copy)[:-1] + b',"id":"x"}'
    )
    yield case(
        "hosted-no-badge", "the copy at its address names no badge class", NOT_VALID, ASSERTION={**copy, "badge": 7}
    )
    yield case("badge-away", "its badge class is out of reach", NOT_VALID, BADGE=AWAY)
    yield case(
        "badge-of-another-site",
        "the address of its badge class holds one of another site",
        INVALID,
        BADGE=make_badge(id="https://university.example/badge"),
    )
    yield case("badge-loop", "its badge class is its own issuer", NOT_VALID, **loop)
    yield case(
        "badge-issuer-elsewhere",
        "its badge class is issued by somebody else's site",
        NOT_VALID,
        BADGE=make_badge(issuer="https://attacker.example/issuer"),
    )
    yield case(
        "badge-inside",
        "its badge class stands in it, and is not what is at its address",
        NOT_VALID,
        ASSERTION={**copy, "badge": {**make_badge(), "id": f"{BADGE}x", "name": "Doctor"}},
    )
    yield case("issuer-away", "its issuer is out of reach", NOT_VALID, ISSUER=AWAY)
    yield case(
        "issuer-of-another-site",
        "the address of its issuer calls itself by another site's name",
        INVALID,
        ISSUER=make_issuer(id="https://university.example/", name="University"),
    )
    yield case(
        "issuer-origin-not-allowed",
        "its issuer hosts badges elsewhere only",
        INVALID,
        ISSUER=make_issuer(verification={"allowedOrigins": ["other.example"]}),
    )
    yield case(
        "issuer-starts-otherwise",
        "its issuer's badges begin otherwise",
        INVALID,
        ISSUER=make_issuer(verification={"startsWith": ["https://badges.academy.example/other/"]}),
    )
    yield case("id-number", "its id is a number", NOT_VALID, lambda: hosted(id=7))
    yield case("id-list", "its id is a list", NOT_VALID, lambda: hosted(id=[ASSERTION]))
    yield case(
        "type-of-verification-unknown",
        "it says that it is verified by magic",
        NOT_VALID,
        lambda: hosted(verification={"type": "Magic"}),
    )
    yield case(
        "verification-list",
        "how it is verified is a list of objects",
        NOT_VALID,
        lambda: hosted(verification={"type": [{}]}),
    )
    yield case(
        "says-signed", "it says that it is signed, and is not", NOT_VALID, lambda: as_json(make_signed_assertion())
    )
    for label, url in {
        "metadata": "http://169.254.169.254/latest/",
        "loopback": "http://127.0.0.1:1/",
        "file": "file:///etc/passwd",
        "script": "javascript:alert(1)",
        "dots": "https://badges.academy.example/assertions/../../attacker",
        "userinfo": "https://badges.academy.example@attacker.example/17",
        "backslash": "https://attacker.example\\.badges.academy.example/17",
    }.items():
        yield case(f"address-{label}", "its address leads astray", NOT_VALID, lambda url=url: hosted(id=url))


def signed_badges():
    yield case("signed-by-another", "somebody else signed it", INVALID, lambda: signed(key="hostile-rsa-attacker"))
    yield case("signed-altered", "it was changed after signing", INVALID, _altered)
    yield case("signed-none", "its token is not signed", INVALID, lambda: signed(header={"alg": "none"}))
    yield case(
        "signed-hs256", "its token says that it is keyed by a secret", INVALID, lambda: signed(header={"alg": "HS256"})
    )
    yield case(
        "signed-key-inside",
        "its token brings a key along",
        NOT_VALID,
        lambda: signed(key="hostile-rsa-attacker", header={"jwk": _key("hostile-rsa-attacker").public_key.jwk()}),
    )
    yield case(
        "signed-key-of-another",
        "its key is one that the issuer does not list",
        INVALID,
        lambda: signed(verification={"type": "SignedBadge", "creator": "https://attacker.example/key"}),
    )
    yield case("signed-key-away", "its key is out of reach", NOT_VALID, signed, KEY=AWAY)
    yield case(
        "signed-key-other",
        "the address of its key holds another key",
        INVALID,
        signed,
        KEY=make_key(_key("hostile-rsa-attacker")),
    )
    yield case(
        "signed-key-owner",
        "its key is somebody else's",
        NOT_VALID,
        signed,
        KEY=make_key(_key(), owner="https://attacker.example/"),
    )
    yield case(
        "signed-key-not-pem",
        "its key is no key",
        NOT_VALID,
        signed,
        KEY=make_key(_key(), publicKeyPem="-----BEGIN PUBLIC KEY-----"),
    )
    yield case(
        "signed-key-certificate",
        "its key is a certificate",
        NOT_VALID,
        signed,
        KEY=make_key(_key(), publicKeyPem="-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"),
    )
    yield case(
        "signed-key-long",
        "its key has a megabyte",
        NOT_VALID,
        signed,
        KEY=make_key(_key(), publicKeyPem="-----BEGIN PUBLIC KEY-----\n" + "A" * 200_000),
    )
    yield case("signed-key-unlisted", "its issuer lists no key", INVALID, signed, ISSUER=make_issuer(publicKey=REMOVED))
    yield case("signed-revoked", "its issuer's list names it", INVALID, signed, REVOCATIONS=make_revocations(ASSERTION))
    yield case(
        "signed-revoked-object",
        "its issuer's list names it with a reason",
        INVALID,
        signed,
        REVOCATIONS=make_revocations({"id": ASSERTION, "revocationReason": "x"}),
    )
    yield case("signed-list-away", "its issuer's list is out of reach", NOT_VALID, signed, REVOCATIONS=AWAY)
    yield case("signed-list-html", "its issuer's list is a web page", NOT_VALID, signed, REVOCATIONS=b"<!doctype html>")
    yield case(
        "signed-list-of-another",
        "its issuer's list is somebody else's",
        NOT_VALID,
        signed,
        REVOCATIONS=make_revocations(issuer="https://attacker.example/"),
    )
    yield case(
        "signed-list-odd",
        "its issuer's list holds numbers",
        NOT_VALID,
        signed,
        REVOCATIONS={**make_revocations(), "revokedAssertions": 7},
    )
    yield case("signed-expired", "it has expired", INVALID, lambda: signed(expires="2026-05-05T00:00:00Z"))


def _altered() -> bytes:
    head, _, signature = signed().split(b".")
    _, body, _ = signed(issuedOn="2026-05-03T10:00:00Z").split(b".")
    return b".".join((head, body, signature))


def forms():
    text = hosted()
    yield case(
        "context-unknown",
        "its context is not known",
        NOT_VALID,
        ASSERTION=make_assertion(recipient=NAMED, **{"@context": "https://attacker.example/c"}),
    )
    yield case(
        "context-inline",
        "its context is written into it",
        NOT_VALID,
        ASSERTION=make_assertion(recipient=NAMED, **{"@context": {"@vocab": "https://attacker.example/"}}),
    )
    yield case(
        "oldest",
        "it is of the oldest version",
        NOT_VALID,
        lambda: as_json(
            {"recipient": "a@b.example", "badge": {"name": "x", "issuer": {"origin": "https://x.example"}}}
        ),
    )
    yield case(
        "in-png-twice",
        "it stands in an image twice",
        PROBLEM,
        lambda: png(itxt(text, keyword=b"openbadges"), itxt(text, keyword=b"openbadges")),
    )
    yield Sample("control-ob2-hosted", "a hosted badge of version 2", VALID, hosted, web)
    yield Sample("control-ob2-signed", "a signed badge of version 2", VALID, signed, web)
    yield Sample(
        "control-ob2-altered-copy",
        "a copy of a hosted badge that was changed: the one at its address counts",
        VALID,
        lambda: as_json(put(make_assertion(), "/recipient", NAMED)),
        web,
    )
    yield Sample(
        "control-ob2-pointer",
        "no more of a hosted badge than its address",
        VALID,
        lambda: as_json({"@context": OB2_CONTEXT, "type": "Assertion", "id": ASSERTION}),
        web,
    )
    yield Sample(
        "control-ob2-png",
        "a hosted badge of version 2 in a PNG",
        VALID,
        lambda: png(itxt(text, keyword=b"openbadges")),
        web,
    )
    yield Sample(
        "control-ob2-many-revoked",
        "a list of 2,000 others that were withdrawn",
        VALID,
        signed,
        lambda: web(REVOCATIONS=make_revocations(*[f"{ASSERTION}{n}" for n in range(2_000)])),
    )


def samples():
    yield from hosted_badges()
    yield from signed_badges()
    yield from forms()
