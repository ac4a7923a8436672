from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app import strictjson
from app.openbadges import VC_CONTEXT
from app.signing import LocalSigner
from app.verification import (
    Missing,
    Need,
    NeedKind,
    Occasion,
    ReadLimits,
    Verdict,
    judge_presentation,
    presentation_needs,
    read_presentation,
)
from tests.factories import REMOVED, base64url, found, key_issuer, make_credential, sign, sign_options, web_issuer

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
HOLDER = key_issuer("holder")
AT_HOME = web_issuer()
IN_THE_PAST, IN_THE_FUTURE = ((NOW + timedelta(days=days)).timestamp() for days in (-1, 1))
ANYTHING = Occasion()


def presentation(holder: str) -> dict[str, object]:
    return {"@context": [VC_CONTEXT], "type": ["VerifiablePresentation"], "holder": holder}


def judged(raw: bytes, occasion: Occasion = ANYTHING, evidence=None):
    report = judge_presentation(read_presentation(raw, limits=ReadLimits()), evidence or {}, now=NOW, occasion=occasion)
    return report, report.check("holder").code


def signed(issuer, **options) -> bytes:
    options = {"proofPurpose": "authentication"} | options
    return strictjson.dumps(sign_options(presentation(issuer.did), issuer, **options))


def token(claims=None, header=None) -> str:
    """A presentation as a token of HOLDER, in an envelope's own form."""
    head = {"alg": "EdDSA", "kid": HOLDER.method, "typ": "vp+jwt"} | (header or {})
    parts = [{name: value for name, value in head.items() if value is not REMOVED}]
    parts.append(presentation(HOLDER.did) | (claims or {}))
    signing_input = ".".join(base64url(strictjson.dumps(part)) for part in parts)
    return f"{signing_input}.{base64url(LocalSigner(HOLDER.key, 'key-1').sign(signing_input.encode()))}"


def enveloped(compact: str) -> bytes:
    return strictjson.dumps({
        "@context": [VC_CONTEXT], "type": "EnvelopedVerifiablePresentation", "id": f"data:application/vp+jwt,{compact}",
    })  # fmt: skip


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(signed(HOLDER), id="a proof"),
        pytest.param(signed(HOLDER, expires="2026-06-02T00:00:00Z"), id="a proof that expires tomorrow"),
        pytest.param(token().encode(), id="a token"),
        pytest.param(enveloped(token()), id="a token in an envelope"),
        pytest.param(
            token({"iss": HOLDER.did, "nbf": IN_THE_PAST, "exp": IN_THE_FUTURE}).encode(), id="a token that says when"
        ),
    ],
)
def test_its_holder_signed_it(raw):
    report, code = judged(raw)
    assert (report.verdict, code) == (Verdict.VALID, "holder.proven"), report


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        pytest.param(signed(HOLDER, expires="2026-05-31T00:00:00Z"), "holder.out-of-date", id="a proof has expired"),
        pytest.param(token({"exp": IN_THE_PAST}).encode(), "holder.out-of-date", id="a token has expired"),
        pytest.param(token({"nbf": IN_THE_FUTURE}).encode(), "holder.out-of-date", id="a token is for tomorrow"),
        pytest.param(token({"exp": "tomorrow"}).encode(), "holder.refused", id="a token ends at no number"),
        pytest.param(token({"nbf": True}).encode(), "holder.refused", id="a token starts at no number"),
        pytest.param(token({"iss": AT_HOME.did}).encode(), "holder.refused", id="a token is said by somebody else"),
        pytest.param(token({"iss": None}).encode(), "holder.refused", id="a token is said by null"),
        pytest.param(
            token({"vp": {"type": "VerifiablePresentation"}}).encode(), "holder.refused", id="a token has a vp"
        ),
        pytest.param(token({"vc": None}).encode(), "holder.refused", id="a token has a vc"),
        pytest.param(token({"holder": AT_HOME.did}).encode(), "holder.refused", id="a token is for another holder"),
        pytest.param(token(header={"kid": REMOVED}).encode(), "holder.refused", id="a token names no key"),
        pytest.param(
            f"{token().rpartition('.')[0]}.{base64url(bytes(64))}".encode(), "holder.refused", id="a token is altered"
        ),
        pytest.param(signed(HOLDER, proofPurpose="assertionMethod"), "holder.refused", id="it is signed as a claim"),
        pytest.param(signed(HOLDER, verificationMethod=7), "holder.refused", id="its key has no name"),
    ],
)
def test_not_when(raw, code):
    report, found_code = judged(raw)
    assert (report.verdict, found_code) == (Verdict.INVALID, code), report


@pytest.mark.parametrize(
    ("address", "verdict", "conclusion"),
    [
        ("data:application/vc+sd-jwt,e30.e30.AA~", Verdict.UNDETERMINED, "cannot be checked here"),
        ("data:application/vc+cose;base64,0oRDoQEm", Verdict.UNDETERMINED, "cannot be checked here"),
        ("data:application/vp+cose;base64,0oRDoQEm", Verdict.INVALID, "not a badge"),
        ("data:text/plain,hello", Verdict.INVALID, "not a badge"),
    ],
)
def test_a_credential_secured_otherwise_is_no_forgery(address, verdict, conclusion):
    held = {"@context": VC_CONTEXT, "type": "EnvelopedVerifiableCredential", "id": address}
    report, code = judged(token({"verifiableCredential": [held]}).encode())
    assert (report.verdict, code) == (verdict, "holder.proven"), report
    assert [inner.conclusion for inner in report.contents] == [conclusion]


class TestAHolderWithADocument:
    NEED = Need(NeedKind.DID_DOCUMENT, AT_HOME.did)

    def test_is_asked_for_it_and_nothing_else(self):
        read = read_presentation(signed(AT_HOME), limits=ReadLimits())
        assert presentation_needs(read, {}) == (self.NEED,)

    def test_nobody_is_asked_for_a_key_of_somebody_else(self):
        document = presentation(HOLDER.did)
        raw = strictjson.dumps(sign_options(document, AT_HOME, proofPurpose="authentication"))
        assert presentation_needs(read_presentation(raw, limits=ReadLimits()), {}) == ()
        assert judged(raw)[1] == "holder.refused"

    def test_out_of_reach_leaves_it_open(self):
        report, code = judged(signed(AT_HOME), evidence={self.NEED: Missing("It does not answer.")})
        assert (report.verdict, code) == (Verdict.UNDETERMINED, "holder.unchecked")

    @pytest.mark.parametrize(
        ("relationship", "code"), [("authentication", "holder.proven"), ("assertionMethod", "holder.refused")]
    )
    def test_must_list_the_key_for_showing(self, relationship, code):
        method = {**AT_HOME.document["verificationMethod"][0]}
        document = {"@context": AT_HOME.document["@context"], "id": AT_HOME.did}
        document |= {"verificationMethod": [method], relationship: [method["id"]]}
        assert judged(signed(AT_HOME), evidence={self.NEED: found(document)})[1] == code


class TestTheOccasion:
    @pytest.mark.parametrize(
        ("occasion", "code"),
        [
            pytest.param(Occasion("n-1", frozenset({"employer.example"})), "challenge.answered", id="this one"),
            pytest.param(Occasion("n-2"), "challenge.differs", id="another challenge"),
            pytest.param(Occasion(None, frozenset({"other.example"})), "challenge.differs", id="another domain"),
            pytest.param(ANYTHING, "challenge.not-asked", id="any"),
        ],
    )
    @pytest.mark.parametrize(
        "raw",
        [
            pytest.param(signed(HOLDER, challenge="n-1", domain="employer.example"), id="a proof"),
            pytest.param(token({"nonce": "n-1", "aud": ["employer.example"]}).encode(), id="a token"),
        ],
    )
    def test_is(self, raw, occasion, code):
        report, _ = judged(raw, occasion)
        assert report.check("challenge").code == code


def test_what_is_inside_is_judged_for_itself():
    badge = sign(make_credential(HOLDER, credentialStatus=REMOVED), HOLDER)
    altered = {**badge, "awardedDate": "2026-01-01T00:00:00Z"}
    held = {**presentation(HOLDER.did), "verifiableCredential": [badge, altered]}
    report, code = judged(strictjson.dumps(sign_options(held, HOLDER, proofPurpose="authentication")))
    assert (code, report.check("presented").code) == ("holder.proven", "presented.invalid")
    assert [inner.verdict for inner in report.contents] == [Verdict.VALID, Verdict.INVALID]


def test_a_token_for_a_credential_shows_nobody():
    assert judged(token(header={"typ": "vc+jwt"}).encode())[0].verdict is Verdict.INVALID
