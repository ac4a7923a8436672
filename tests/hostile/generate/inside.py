"""`held-*`: credentials inside credentials, newer copies of them, and the older data model with its claim `vc`.

What a learner record holds has to hold; what endorses a badge adds to it or not. So a forged endorsement is a control,
and a forged badge in a record is not.
"""

from __future__ import annotations

from datetime import UTC, datetime

from app.signing import LocalSigner, add_proof, jwt_claims
from app.verification import Found, Missing, Need, NeedKind
from tests.factories import VC_CONTEXT, put, sign
from tests.hostile.generate.honest import (
    ATTACKER,
    HEADER,
    ISSUER,
    as_json,
    badge,
    changed,
    compact,
    headed,
    signed_if_possible,
)
from tests.hostile.generate.poison import results
from tests.hostile.generate.sample import ANYTHING_BUT_VALID, INVALID, NOT_VALID, VALID, Sample, nothing_there, rows
from tests.unit.verification.inner import make_endorsement, make_record
from tests.unit.verification.inner import older as old

SIGNED_AT = datetime(2026, 5, 4, 10, 0, 5, tzinfo=UTC)
NEWER_URL = "https://badges.example/credentials/newer"


def small(number: int = 0, **changes):
    """A badge of another id, signed, as a record holds many."""
    return sign(badge(id=f"urn:uuid:00000000-0000-4000-8000-{number:012}", **changes), ISSUER)


def record(*held, **changes) -> bytes:
    honest = make_record(small(), issuer=ISSUER)
    return as_json(signed_if_possible(make_record(*held, issuer=ISSUER, **changes), honest))


def _empty_record() -> bytes:
    return record()


def endorsement(by=ATTACKER, **changes):
    return sign(make_endorsement(by, **changes), by)


def endorsed(*found) -> bytes:
    return as_json(signed_if_possible(badge(endorsement=list(found))))


def _record_of_50() -> bytes:
    made = make_record(*map(small, range(50)), issuer=ISSUER)
    return compact(HEADER, jwt_claims(made))


def _nested(depth: int) -> bytes:
    held = small()
    for _ in range(depth):
        held = sign(make_record(held, issuer=ISSUER), ISSUER)
    return as_json(held)


def _endorsed_deep(depth: int):
    made = endorsement()
    for _ in range(depth):
        made = sign({**make_endorsement(ATTACKER), "endorsement": [made]}, ATTACKER)
    return made


def records():
    forged = put(small(), "/name", "Advanced Teaching")
    yield from rows(
        INVALID,
        {
            "held-altered": ("a badge in the record was changed after signing", lambda: record(small(), forged)),
            "held-unsigned": ("a badge in the record is not signed", lambda: record(badge())),
            "held-expired": (
                "a badge in the record has expired",
                lambda: record(small(validUntil="2026-05-05T00:00:00Z")),
            ),
            "held-by-stranger": (
                "a badge in the record is signed by somebody else",
                lambda: record({**badge(), "proof": sign(badge(ATTACKER), ATTACKER)["proof"]}),
            ),
            "held-token-none": (
                "a token in the record is not signed",
                lambda: record(headed(lambda _: b"", alg="none").decode()),
            ),
            "held-record-altered": (
                "the record was changed after signing",
                lambda: as_json(put(sign(make_record(small(), issuer=ISSUER), ISSUER), "/name", "X")),
            ),
            "held-record-unsigned": ("the record is not signed", lambda: as_json(make_record(small(), issuer=ISSUER))),
            "held-type-of-two-kinds": (
                "it calls itself a record and a badge",
                lambda: as_json(
                    signed_if_possible(make_record(small(), issuer=ISSUER, type=[*badge()["type"], "ClrCredential"]))
                ),
            ),
        },
    )
    yield from rows(
        VALID,
        {"control-record-of-50": ("a token with a record of fifty badges", _record_of_50)},
    )
    yield from rows(
        NOT_VALID,
        {
            "held-words": ("the record holds words", lambda: record("a badge")),
            "held-address": ("the record holds an address", lambda: record("http://169.254.169.254/")),
            "held-number": ("the record holds a number", lambda: record(7)),
            "held-empty-object": ("the record holds an empty object", lambda: record({})),
            "held-null": ("the record holds null", lambda: record(None)),
            "held-nothing": ("the record holds nothing", _empty_record),
            "held-itself": ("the record holds itself, unsigned", lambda: record(make_record(issuer=ISSUER))),
            "held-nested-6": ("records stand in records, six deep", lambda: _nested(6)),
            "held-contexts": (
                "a badge in the record has a context of its own making",
                lambda: record({**badge(), "@context": [VC_CONTEXT, {"@vocab": "https://attacker.example/"}]}),
            ),
        },
    )


def tangled(count: int):
    """Signed as text, so that the record itself costs nothing to read."""
    family = {**badge()["credentialSubject"], "result": results(2, 5)}
    held = [small() | {"id": f"urn:x:{n}", "credentialSubject": family} for n in range(count)]
    made = make_record(*held, issuer=ISSUER)
    key = LocalSigner(ISSUER.key, "key-1")
    return add_proof(made, key, verification_method=ISSUER.method, created=SIGNED_AT, cryptosuite="eddsa-jcs-2022")


def crowds():
    """More than anybody looks at."""
    yield from rows(
        ANYTHING_BUT_VALID,
        {
            "held-500": (
                "the record holds 500 badges",
                lambda: record(*[{**badge(), "id": f"urn:x:{n}"} for n in range(500)]),
            ),
            "held-100-tangled": (
                "the record holds a hundred badges, each with alike parts that take a while to tell apart",
                lambda: as_json(tangled(100)),
            ),
            "held-3000-small": (
                "the record holds 3,000 objects",
                lambda: record(*[{"id": f"urn:x:{n}"} for n in range(3_000)]),
            ),
        },
    )


def endorsements():
    """Nobody can spoil a badge by endorsing it badly; and nobody can make one valid."""
    good = endorsement()
    yield from rows(
        VALID,
        {
            "control-endorsed": ("an endorsed badge", lambda: endorsed(good)),
            "control-endorsed-by-forgery": (
                "a badge with an endorsement that was changed",
                lambda: endorsed(put(good, "/credentialSubject/endorsementComment", "x")),
            ),
            "control-endorsed-unsigned": (
                "a badge with an endorsement that nobody signed",
                lambda: endorsed(make_endorsement(ATTACKER)),
            ),
            "control-endorsed-20": ("a badge with twenty endorsements", lambda: endorsed(*[good] * 20)),
            "control-endorsed-deep": ("a badge whose endorsement is endorsed", lambda: endorsed(_endorsed_deep(3))),
        },
    )
    yield from rows(
        INVALID,
        {
            "held-endorsement-swapped": (
                "the endorsement was exchanged for a better one after signing",
                lambda: as_json(put(sign(badge(endorsement=[good]), ISSUER), "/endorsement", [endorsement(ISSUER)])),
            ),
            "held-endorsement-added": (
                "an endorsement was added after signing",
                lambda: changed("/endorsement", [good]),
            ),
            "held-endorsement-alone-altered": (
                "an endorsement was changed after signing",
                lambda: as_json(put(good, "/credentialSubject/endorsementComment", "x")),
            ),
        },
    )
    yield from rows(
        NOT_VALID,
        {
            "held-endorsements-600": (
                "there are 600 endorsements",
                lambda: endorsed(*[make_endorsement(ATTACKER)] * 600),
            ),
            "held-endorsement-words": ("the endorsement is a text", lambda: endorsed("well done")),
            "held-endorsement-jwt-words": (
                "the endorsement's token is a text",
                lambda: as_json(signed_if_possible(badge(endorsementJwt=["well done"]))),
            ),
            "held-endorsement-number": ("the endorsement is a number", lambda: changed("/endorsement", [7])),
        },
    )


def newer():
    """A newer copy counts if it is the issuer's; no other copy changes anything."""
    service = {"id": NEWER_URL, "type": "1EdTechCredentialRefresh"}
    presented = lambda: as_json(sign(badge(refreshService=service), ISSUER))  # noqa: E731

    def at(found):
        return {
            Need(NeedKind.CREDENTIAL, NEWER_URL): found
            if isinstance(found, Missing)
            else Found(found, "application/vc")
        }

    later = badge(refreshService=service, validFrom="2026-05-05T10:00:00Z")
    for label, what, found in (
        ("newer", "a badge of which there is a newer copy", as_json(sign(later, ISSUER))),
        ("itself", "a badge whose newer copy is itself", presented()),
        (
            "by-attacker",
            "a badge whose newer copy is somebody else's",
            as_json({**later, "proof": sign(later, ATTACKER)["proof"]}),
        ),
        ("unsigned", "a badge whose newer copy is not signed", as_json(later)),
        (
            "other",
            "a badge whose newer copy is another badge",
            as_json(sign({**later, "id": "urn:uuid:00000000-0000-4000-8000-000000000009"}, ISSUER)),
        ),
        ("html", "a badge whose newer copy is a web page", b"<!doctype html>"),
        ("deep", "a badge whose newer copy is nested 100,000 levels deep", b'{"a":' + b"[" * 100_000),
        ("away", "a badge whose newer copy is out of reach", Missing("The server did not answer.")),
    ):
        yield Sample(f"control-refresh-{label}", what, VALID, presented, lambda found=found: at(found))
    yield Sample(
        "held-refresh-expired",
        "the newer copy has expired",
        INVALID,
        presented,
        lambda: at(as_json(sign({**later, "validUntil": "2026-05-06T10:00:00Z"}, ISSUER))),
    )
    yield from rows(
        VALID,
        {
            f"control-refresh-{label}": (
                "a badge whose newer copy would be nowhere",
                lambda url=url: as_json(sign(badge(refreshService={**service, "id": url}), ISSUER)),
            )
            for label, url in {
                "metadata": "http://169.254.169.254/latest/",
                "file": "file:///etc/passwd",
                "urn": "urn:x:y",
            }.items()
        },
        evidence=nothing_there,
    )


def older():
    """Version 1.1 of the data model, which stands in the claim `vc` of a token."""
    document = old(badge())
    yield from rows(
        VALID,
        {
            "control-version-1": ("a badge on version 1.1", lambda: as_json(sign(document, ISSUER))),
            "control-version-1-token": ("a token on version 1.1", lambda: wrapped(document)),
        },
    )
    yield from rows(
        INVALID,
        {
            "held-vc-altered": (
                "a badge on version 1.1 was changed after signing",
                lambda: as_json(put(sign(document, ISSUER), "/name", "X")),
            ),
            "held-vc-expired": (
                "a badge on version 1.1 has expired",
                lambda: as_json(sign({**document, "expirationDate": "2026-05-05T00:00:00Z"}, ISSUER)),
            ),
            "held-vc-until-of-version-2": (
                "a badge on version 1.1 ends as one on version 2",
                lambda: as_json({**sign(document, ISSUER), "validUntil": "2099-01-01T00:00:00Z"}),
            ),
            "held-vc-issuer-other": (
                "the claim and the credential name two issuers",
                lambda: wrapped({**document, "issuer": {**ISSUER.profile, "id": ATTACKER.did}}),
            ),
            "held-vc-id-other": (
                "the claim and the credential have two ids",
                lambda: wrapped(document, jti="urn:uuid:1"),
            ),
            "held-vc-list": ("the claim holds a list", lambda: wrapped([document])),
            "held-vc-text": ("the claim holds a text", lambda: wrapped("badge")),
            "held-vc-null": ("the claim holds null", lambda: wrapped(None)),
            "held-vc-version-2": ("the claim holds a badge on version 2", lambda: wrapped(badge())),
            "held-vc-empty": ("the claim holds nothing", lambda: wrapped({})),
        },
    )


def wrapped(document, **claims) -> bytes:
    body = {"iss": ISSUER.did, "jti": badge()["id"], "nbf": 1_777_888_800, "vc": document, **claims}
    return compact(HEADER, body)


def samples():
    yield from records()
    yield from crowds()
    yield from endorsements()
    yield from newer()
    yield from older()
