from __future__ import annotations

import pytest

from app.verification import CHECKS, Outcome, Verdict
from tests.factories import (
    EXTENSIONS_CONTEXT,
    OB_CONTEXT,
    REMOVED,
    VC_CONTEXT,
    base64url,
    judged,
    key_issuer,
    make_credential,
    make_status_list,
    put,
    sign,
    sign_token,
)

VALID, INVALID, UNDETERMINED = Verdict
VC_1 = "https://www.w3.org/2018/credentials/v1"
SIGNED = sign(make_credential())


def vc_1_token(**changes):
    """The form of version 1.1: the credential in a claim `vc`."""
    inner = {"@context": [VC_1, OB_CONTEXT], "type": ["VerifiableCredential", "OpenBadgeCredential"], **changes}
    return sign_token(make_credential(), claims={"vc": inner})


@pytest.mark.parametrize(
    ("what", "code", "verdict"),
    [
        pytest.param(SIGNED, "format.read", VALID, id="a badge"),
        pytest.param(
            sign(make_credential(type=["VerifiableCredential", "AchievementCredential"])),
            "format.read",
            VALID,
            id="a badge under its other name",
        ),
        pytest.param(put(SIGNED, "/@context/0", VC_1), "format.read-old", INVALID, id="VC 1.1 with dates of 2.0"),
        pytest.param(
            put(SIGNED, "/type", ["VerifiableCredential", "ClrCredential"]),
            "format.read",
            INVALID,
            id="a badge that calls itself a learner record",
        ),
        pytest.param(
            put(SIGNED, "/type", ["VerifiableCredential", "EndorsementCredential"]),
            "format.read",
            INVALID,
            id="a badge that calls itself an endorsement",
        ),
        pytest.param(
            put(SIGNED, "/type", ["VerifiableCredential", "OpenBadgeCredential", "ClrCredential"]),
            "format.not-a-badge",
            INVALID,
            id="a badge and a learner record at once",
        ),
        pytest.param(vc_1_token(**{"@context": [VC_CONTEXT]}), "format.versions-mixed", INVALID, id="2.0 in vc"),
        pytest.param(
            sign_token(put(make_credential(), "/@context/0", VC_1)),
            "format.versions-mixed",
            INVALID,
            id="1.1 outside vc",
        ),
        pytest.param(
            sign_token(make_credential(), claims={"vc": None}),
            "format.versions-mixed", INVALID, id="vc null",
        ),
        pytest.param(
            {"@context": VC_CONTEXT, "type": "VerifiablePresentation"},
            "format.not-a-badge", INVALID, id="presentation",
        ),
        pytest.param(
            put(SIGNED, "/type", ["VerifiableCredential", "OpenBadgeCredential", "VerifiablePresentation"]),
            "format.not-a-badge",
            INVALID,
            id="both a presentation and a badge",
        ),
        pytest.param(
            sign_token({}, claims={"iss": "https://id.example", "sub": "amina", "aud": "x", "exp": 4_000_000_000}),
            "format.not-a-badge",
            INVALID,
            id="somebody's log-in token",
        ),
        pytest.param(
            put(SIGNED, "/type", ["OpenBadgeCredential"]),
            "format.not-a-badge", INVALID, id="no VerifiableCredential",
        ),
        pytest.param(
            put(SIGNED, "/type", ["VerifiableCredential"]),
            "format.not-a-badge", INVALID, id="another credential",
        ),
        pytest.param(sign(make_status_list()), "format.not-a-badge", INVALID, id="a status list"),
        pytest.param({}, "format.not-a-badge", INVALID, id="an empty object"),
        pytest.param({"type": {"OpenBadgeCredential": 1}}, "format.not-a-badge", INVALID, id="type of a wrong type"),
        pytest.param({"@context": 5, "type": [None, 1]}, "format.not-a-badge", INVALID, id="wrong types everywhere"),
    ],
)  # fmt: skip
def test_format(what, code, verdict):
    report = judged(what)
    assert report.check("format").code == code
    assert report.verdict is verdict
    assert [check.id for check in report.checks] == list(CHECKS)
    if report.check("format").outcome is Outcome.FAILED:
        assert {check.outcome for check in report.checks[1:]} == {Outcome.NOT_APPLICABLE}
        assert report.credential is None


CONTEXTS = [VC_CONTEXT, OB_CONTEXT, EXTENSIONS_CONTEXT]
INLINE = {"passed": "https://example.org/failed"}


@pytest.mark.parametrize(
    ("contexts", "code"),
    [
        pytest.param(CONTEXTS, "context.known", id="as it should be"),
        pytest.param(
            [VC_CONTEXT, OB_CONTEXT.replace("-3.0.3", "-3.0.2"), EXTENSIONS_CONTEXT], "context.known", id="older OB"
        ),
        pytest.param([OB_CONTEXT, VC_CONTEXT, EXTENSIONS_CONTEXT], "context.order", id="wrong order"),
        pytest.param([VC_CONTEXT, EXTENSIONS_CONTEXT, OB_CONTEXT], "context.order", id="OB third"),
        pytest.param([EXTENSIONS_CONTEXT, OB_CONTEXT, VC_CONTEXT], "context.order", id="VC last"),
        pytest.param([VC_CONTEXT], "context.order", id="no OB"),
        pytest.param(VC_CONTEXT, "context.order", id="a text"),
        pytest.param([], "context.order", id="none"),
        pytest.param(REMOVED, "context.order", id="no member"),
        pytest.param([*CONTEXTS, "https://evil.example/context"], "context.unknown", id="a remote one"),
        pytest.param([*CONTEXTS, "file:///etc/passwd"], "context.unknown", id="a file"),
        pytest.param([VC_CONTEXT, OB_CONTEXT + "#", EXTENSIONS_CONTEXT], "context.unknown", id="look-alike"),
        pytest.param([VC_CONTEXT + "/", OB_CONTEXT], "context.unknown", id="look-alike first"),
        pytest.param([*CONTEXTS, INLINE], "context.unknown", id="an inline one"),
        pytest.param(INLINE, "context.unknown", id="only an inline one"),
        pytest.param([*CONTEXTS, None], "context.unknown", id="null, which would forget the others"),
        pytest.param([*CONTEXTS, *[EXTENSIONS_CONTEXT] * 6], "context.too-many", id="nine"),
    ],
)
def test_context(contexts, code):
    document = put(SIGNED, "/@context", contexts)
    report = judged(document)
    assert report.check("context").code == code
    if code != "context.known":
        assert report.verdict is INVALID
        assert report.check("proof").outcome is Outcome.NOT_APPLICABLE
        assert report.credential is None


def test_an_unknown_context_is_named_and_bounded():
    url = "https://evil.example/" + "x" * 5_000
    detail = judged(put(SIGNED, "/@context/2", url)).check("context").detail
    assert "https://evil.example/" in detail
    assert len(detail) < 400


def test_an_inner_context_is_checked_too():
    document = put(SIGNED, "/credentialSubject/@context", INLINE)
    assert judged(document).check("context").code == "context.unknown"


def test_a_token_with_an_unknown_context_is_refused_though_its_signature_would_fit():
    token = sign_token(make_credential(**{"@context": [*CONTEXTS, "https://evil.example/context"]}))
    assert judged(token).check("context").code == "context.unknown"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param("/issuer", REMOVED, id="no issuer"),
        pytest.param("/issuer/type", REMOVED, id="issuer without type"),
        pytest.param("/validFrom", REMOVED, id="no validFrom"),
        pytest.param("/validFrom", "2026-05-04", id="a day instead of a moment"),
        pytest.param("/id", REMOVED, id="no id"),
        pytest.param("/credentialSubject", [], id="subject as an empty list"),
        pytest.param("/credentialSubject/type", ["Person"], id="subject of another type"),
        pytest.param("/credentialSubject/identifier", REMOVED, id="nobody as recipient"),
        pytest.param("/credentialSubject/achievement", REMOVED, id="no achievement"),
        pytest.param("/credentialSubject/achievement/criteria", {}, id="no criteria"),
        pytest.param("/credentialSubject/identifier/0/identityType", "email", id="a wrong kind of identifier"),
        pytest.param("/credentialSubject/achievement/image", "https://a.example/x.png", id="image as a text"),
    ],
)
@pytest.mark.parametrize("form", [sign_token])
def test_what_the_standard_refuses_is_refused(form, path, value):
    issuer = key_issuer()
    document = put(make_credential(issuer), path, value)
    report = judged(form(document, issuer), {})
    assert report.check("schema").code == "schema.problems"
    assert report.verdict is INVALID


def test_problems_are_counted_and_the_first_are_named():
    document = {name: value for name, value in SIGNED.items() if name not in ("name", "validFrom", "id")}
    detail = judged(document).check("schema").detail
    assert "/validFrom" in detail
    assert len(detail) < 800


def test_a_context_problem_is_told_once():
    report = judged(put(SIGNED, "/@context", [OB_CONTEXT, VC_CONTEXT, EXTENSIONS_CONTEXT]))
    assert report.check("schema").code == "schema.fits"


def test_a_type_never_breaks_the_words():
    header, payload = base64url(b'{"alg":"EdDSA"}'), base64url(b'{"type":["{0}","<b>"]}')
    assert "“{0}, <b>”" in judged(f"{header}.{payload}.").check("format").detail
