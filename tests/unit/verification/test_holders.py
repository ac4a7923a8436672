from __future__ import annotations

import json
from datetime import timedelta

import pytest

from app import strictjson
from app.openbadges import VC_CONTEXT
from app.signing import did_jwk, did_jwk_method
from app.verification import (
    MAX_PROOFS,
    Missing,
    Need,
    NeedKind,
    Occasion,
    ReadLimits,
    Verdict,
    presentation_needs,
    read_presentation,
)
from tests.factories import REMOVED, base64url, found, key_issuer, make_credential, sign, sign_options, web_issuer
from tests.unit.verification.showing import ANYTHING, HOLDER, NOW, judged, presentation, signed, token

AT_HOME = web_issuer()
IN_THE_PAST, IN_THE_FUTURE = ((NOW + timedelta(days=days)).timestamp() for days in (-1, 1))


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
        pytest.param(
            token({"holder": AT_HOME.did, "iss": HOLDER.did}).encode(), "holder.refused", id="a token has two holders"
        ),
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


def with_proofs(*proofs, holder=HOLDER.did):
    return strictjson.dumps(presentation(holder, proof=list(proofs)))


def proof_of(issuer, **options):
    return json.loads(signed(issuer, holder=HOLDER.did, **options))["proof"][0]


OWN, ANOTHERS = proof_of(HOLDER), proof_of(key_issuer("a stranger"))


@pytest.mark.parametrize(
    ("proofs", "code"),
    [
        pytest.param([OWN] * MAX_PROOFS, "holder.proven", id="as many as are looked at"),
        pytest.param([OWN] * (MAX_PROOFS + 1), "holder.refused", id="one more"),
        pytest.param([OWN, ANOTHERS], "holder.refused", id="a stranger's after it"),
        pytest.param([ANOTHERS, OWN], "holder.refused", id="a stranger's before it"),
        pytest.param([proof_of(HOLDER, previousProof="urn:x:1")], "holder.unchecked", id="one that builds on another"),
    ],
)
def test_each_signature_has_to_be_the_holders(proofs, code):
    assert judged(with_proofs(*proofs))[1] == code


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        pytest.param(signed(HOLDER, holder=REMOVED), "holder.unnamed", id="nobody is named"),
        pytest.param(token({"holder": REMOVED}).encode(), "holder.unnamed", id="in a token"),
        pytest.param(token({"holder": REMOVED, "iss": HOLDER.did}).encode(), "holder.proven", id="its issuer"),
        pytest.param(token({"holder": REMOVED, "iss": AT_HOME.did}).encode(), "holder.refused", id="another issuer"),
        pytest.param(signed(HOLDER, holder={"id": HOLDER.did}), "holder.proven", id="an object"),
        pytest.param(signed(HOLDER, holder={"id": AT_HOME.did}), "holder.refused", id="an object of somebody else"),
        pytest.param(token(header={"kid": HOLDER.did}).encode(), "holder.proven", id="a key under the DID alone"),
    ],
)
def test_how_the_holder_may_be_named(raw, code):
    assert judged(raw)[1] == code


def test_a_did_of_a_jwk_is_its_own_evidence():
    public = HOLDER.key.public_key
    did = did_jwk(public)
    assert judged(token({"holder": did}, {"kid": did_jwk_method(public)}).encode())[1] == "holder.proven"
    assert judged(token({"holder": "did:jwk:e30"}, {"kid": "did:jwk:e30#0"}).encode())[1] == "holder.refused"


@pytest.mark.parametrize(
    ("algorithm", "verdict", "code"),
    [("none", Verdict.INVALID, "holder.refused"), ("ES256K", Verdict.UNDETERMINED, "holder.unchecked")],
)
def test_a_token_whose_signature_is_not_looked_at_is_a_token_all_the_same(algorithm, verdict, code):
    raw = token(header={"alg": algorithm}).encode()
    report, found_code = judged(raw)
    assert (report.verdict, found_code, report.check("format").code) == (verdict, code, "format.token")
    assert report.contents == ()
    assert presentation_needs(read_presentation(raw, limits=ReadLimits()), {}) == ()


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


SECP256K1 = "zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme"


class TestAHolderWithADocument:
    NEED = Need(NeedKind.DID_DOCUMENT, AT_HOME.did)

    def test_is_asked_for_it_and_nothing_else(self):
        read = read_presentation(signed(AT_HOME), limits=ReadLimits())
        assert presentation_needs(read, {}) == (self.NEED,)

    @pytest.mark.parametrize(
        "raw",
        [
            pytest.param(signed(AT_HOME, holder=REMOVED), id="who is not named"),
            pytest.param(token({"holder": AT_HOME.did}, {"kid": AT_HOME.method}).encode(), id="of a token"),
        ],
    )
    def test_is_found_by_the_name_of_the_key(self, raw):
        assert presentation_needs(read_presentation(raw, limits=ReadLimits()), {}) == (self.NEED,)

    def test_is_not_looked_for_under_more_names_than_signatures_are_looked_at(self):
        proofs = [OWN | {"verificationMethod": f"did:web:n{number}.example#key-1"} for number in range(MAX_PROOFS + 1)]
        raw = with_proofs(*proofs, holder=REMOVED)
        assert len(presentation_needs(read_presentation(raw, limits=ReadLimits()), {})) == MAX_PROOFS

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

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            pytest.param({"revoked": "2026-05-31T00:00:00Z"}, "holder.refused", id="withdrawn"),
            pytest.param({"revoked": "2026-06-01T12:00:00Z"}, "holder.refused", id="withdrawn at this moment"),
            pytest.param({"expires": "2026-06-01T12:00:01Z"}, "holder.proven", id="to be withdrawn"),
            pytest.param({"revoked": "yesterday"}, "holder.refused", id="withdrawn at no clear time"),
            pytest.param({"publicKeyMultibase": SECP256K1}, "holder.unchecked", id="of a kind that is not known"),
        ],
    )  # fmt: skip
    def test_may_withdraw_the_key(self, changes, code):
        method = {**AT_HOME.document["verificationMethod"][0], **changes}
        document = {"@context": AT_HOME.document["@context"], "id": AT_HOME.did, "authentication": [method]}
        assert judged(signed(AT_HOME), evidence={self.NEED: found(document)})[1] == code

    def test_speaks_for_no_did_that_begins_as_its_own(self):
        above = AT_HOME.did.rpartition(":")[0]
        method = {**AT_HOME.document["verificationMethod"][0], "controller": above}
        document = {"@context": AT_HOME.document["@context"], "id": above, "authentication": [method]}
        raw = signed(AT_HOME, holder=above)
        assert judged(raw, evidence={Need(NeedKind.DID_DOCUMENT, above): found(document)})[1] == "holder.refused"


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

    @pytest.mark.parametrize(
        ("said", "asked"),
        [
            pytest.param([{}], Occasion("n-1"), id="no challenge"),
            pytest.param([{"challenge": 1}], Occasion("1"), id="a number for a challenge"),
            pytest.param([{"challenge": ["n-1"]}], Occasion("n-1"), id="a list of challenges"),
            pytest.param([{"challenge": "n-1"}, {}], Occasion("n-1"), id="a second signature that names none"),
            pytest.param([{}, {"challenge": "n-1"}], Occasion("n-1"), id="a first one that names none"),
            pytest.param([], Occasion("n-1"), id="no signature"),
            pytest.param([{"domain": ["a.example", "b.example"]}], Occasion(domain=frozenset({"a.example"})),
                         id="more domains"),
            pytest.param([{"domain": "a.example"}], Occasion(domain=frozenset({"a.example", "b.example"})),
                         id="fewer domains"),
            pytest.param([{"challenge": "n-1"}], Occasion("n-1", frozenset({"a.example"})), id="half of it"),
        ],
    )  # fmt: skip
    def test_is_named_by_every_signature_as_it_is(self, said, asked):
        proofs = [proof_of(HOLDER) | members for members in said]
        assert judged(with_proofs(*proofs), asked)[0].check("challenge").code == "challenge.differs"

    @pytest.mark.parametrize(
        "claims",
        [
            pytest.param({"challenge": "n-1"}, id="under the name that proofs have for it"),
            pytest.param({"proof": OWN | {"challenge": "n-1"}}, id="by a proof that nobody looks at"),
            pytest.param({"nonce": ["n-1"]}, id="in a list"),
        ],
    )
    def test_is_named_by_a_token_in_its_claims(self, claims):
        assert judged(token(claims).encode(), Occasion("n-1"))[0].check("challenge").code == "challenge.differs"


def test_what_is_inside_is_judged_for_itself():
    badge = sign(make_credential(HOLDER, credentialStatus=REMOVED), HOLDER)
    altered = {**badge, "awardedDate": "2026-01-01T00:00:00Z"}
    held = {**presentation(HOLDER.did), "verifiableCredential": [badge, altered]}
    report, code = judged(strictjson.dumps(sign_options(held, HOLDER, proofPurpose="authentication")))
    assert (code, report.check("presented").code) == ("holder.proven", "presented.invalid")
    assert [inner.verdict for inner in report.contents] == [Verdict.VALID, Verdict.INVALID]


def test_a_token_for_a_credential_shows_nobody():
    assert judged(token(header={"typ": "vc+jwt"}).encode())[0].verdict is Verdict.INVALID
