"""What a document says it is, and that each kind is judged as itself, on both versions of the data model."""

from __future__ import annotations

import pytest

from app.openbadges import VC_1_CONTEXT
from app.verification import BADGES, Kind, Verdict, read
from app.verification.kinds import Recognised, is_receipt, recognise
from tests.factories import OB_CONTEXT, REMOVED, VC_CONTEXT, as_bytes, judged, put, sign, sign_token
from tests.unit.verification.inner import (
    CLR_CONTEXT,
    COLLEGE,
    ENDORSER,
    make_badge,
    make_endorsement,
    make_record,
    make_small,
    older,
)

BADGE = sign(make_badge(), COLLEGE)
ALL = frozenset(Kind)


def of_types(*types, context=VC_CONTEXT):
    return {"@context": [context, OB_CONTEXT], "type": list(types)}


@pytest.mark.parametrize(
    ("document", "kind", "old"),
    [
        pytest.param(make_badge(), Kind.BADGE, False, id="a badge"),
        pytest.param(older(make_badge()), Kind.BADGE, True, id="a badge on version 1.1"),
        pytest.param(make_record(BADGE), Kind.RECORD, False, id="a learner record"),
        pytest.param(make_endorsement(), Kind.ENDORSEMENT, False, id="an endorsement"),
        pytest.param(make_small(), Kind.CREDENTIAL, False, id="any credential"),
        pytest.param(
            of_types("VerifiableCredential", "OtherCredential"), Kind.CREDENTIAL, False, id="a type of others"
        ),
        pytest.param(
            of_types("Assertion", context="https://w3id.org/openbadges/v2"), Kind.ASSERTION, False, id="OB 2.0"
        ),
    ],
)
def test_kinds(document, kind, old):
    recognised = recognise(read(as_bytes(document)), ALL)
    assert isinstance(recognised, Recognised)
    assert (recognised.kind, recognised.old) == (kind, old)


@pytest.mark.parametrize(
    "types",
    [
        pytest.param(["VerifiableCredential", "ClrCredential", "EndorsementCredential"], id="two kinds at once"),
        pytest.param(["VerifiableCredential", "VerifiablePresentation"], id="a presentation too"),
        pytest.param(["OpenBadgeCredential"], id="a badge that is no credential"),
        pytest.param([], id="none"),
    ],
)
def test_neither_one_nor_the_other(types):
    assert judged(of_types(*types), kinds=ALL).check("format").code == "format.not-a-badge"


def test_a_verification_receipt_is_named_and_no_badge():
    receipt = {"type": "VerificationReceipt", "verdict": "valid"}
    report = judged(receipt, kinds=ALL)
    assert report.check("format").code == "format.receipt"
    assert (report.verdict, report.credential) == (Verdict.INVALID, None)
    assert is_receipt(read(as_bytes(receipt)))
    for other in (
        receipt | {"@context": [VC_CONTEXT]},
        receipt | {"type": ["VerificationReceipt", "VerifiableCredential"]},
    ):
        assert not is_receipt(read(as_bytes(other)))
        assert judged(other, kinds=BADGES).check("format").code == "format.not-a-badge"


def test_what_is_no_badge_is_judged_only_where_any_credential_is():
    signed = sign(make_small(), COLLEGE)
    assert judged(signed, {}).check("format").code == "format.not-a-badge"
    report = judged(signed, {}, kinds=BADGES | {Kind.CREDENTIAL})
    assert report.verdict is Verdict.VALID
    assert report.achievement is None
    assert report.recipient["id"] == "did:example:learner"


MADE = {
    "a badge": (make_badge(), COLLEGE),
    "a learner record": (make_record(BADGE), COLLEGE),
    "an endorsement": (make_endorsement(), ENDORSER),
    "a credential": (make_small(), COLLEGE),
}


@pytest.mark.parametrize(("document", "issuer"), MADE.values(), ids=MADE)
@pytest.mark.parametrize("form", [sign, sign_token], ids=["JSON", "token"])
def test_every_kind_can_be_valid(document, issuer, form):
    report = judged(form(document, issuer), {}, kinds=ALL)
    assert report.verdict is Verdict.VALID
    assert report.check("schema").code == "schema.fits"


def old_token(document, issuer):
    """Version 1.1 as a token: dates are those that `older` gives."""
    inner = older(document)
    claims = {"vc": inner, "iss": issuer.did, "nbf": 1_777_888_800, "jti": inner["id"]}
    subject = inner["credentialSubject"].get("id")
    return sign_token({}, issuer, claims={**claims, **({"sub": subject} if subject else {})})


OLD = {
    "a badge": (make_badge(validUntil=REMOVED), COLLEGE),
    "a learner record": (make_record(sign_token(make_badge(), COLLEGE)), COLLEGE),
    "an endorsement": (make_endorsement(validFrom="2026-05-04T10:00:00Z"), ENDORSER),
    "a credential": (make_small(validFrom="2026-05-04T10:00:00Z"), COLLEGE),
}


@pytest.mark.parametrize(("document", "issuer"), OLD.values(), ids=OLD)
def test_every_kind_can_be_valid_on_version_1(document, issuer):
    report = judged(old_token(document, issuer), {}, kinds=ALL)
    assert report.check("format").code == "format.read-old"
    assert report.verdict is Verdict.VALID
    assert report.dates["validFrom"] == "2026-05-04T10:00:00Z"


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(older(make_badge()), id="a badge"),
        pytest.param(older(make_endorsement(COLLEGE)), id="an endorsement"),
        pytest.param(older(make_small()), id="a credential"),
        pytest.param(older(make_record(sign(older(make_badge()), COLLEGE))), id="a learner record"),
    ],
)
def test_version_1_with_a_proof_inside(document):
    report = judged(sign(document, COLLEGE), {}, kinds=ALL)
    assert report.check("proof").code == "proof.fits"
    assert report.check("schema").code == "schema.fits"
    assert report.verdict is Verdict.VALID


@pytest.mark.parametrize(
    ("document", "contexts", "code"),
    [
        pytest.param(make_record(BADGE), [VC_CONTEXT, OB_CONTEXT, CLR_CONTEXT], "context.order", id="record, swapped"),
        pytest.param(make_record(BADGE), [VC_CONTEXT, CLR_CONTEXT], "context.order", id="record, no OB"),
        pytest.param(make_endorsement(), [VC_CONTEXT, CLR_CONTEXT, OB_CONTEXT], "context.order", id="endorsement, CLR"),
        pytest.param(make_badge(), [VC_1_CONTEXT, OB_CONTEXT], "context.known", id="badge on 1.1"),
        pytest.param(
            make_badge(), [VC_1_CONTEXT, "https://w3id.org/security/data-integrity/v2", OB_CONTEXT],
            "context.known", id="badge on 1.1, security in second place",
        ),
        pytest.param(make_badge(), [OB_CONTEXT, VC_1_CONTEXT], "context.order", id="badge on 1.1, swapped"),
        pytest.param(
            make_badge(), [VC_1_CONTEXT, "https://w3id.org/security/data-integrity/v2"],
            "context.order", id="badge on 1.1 without OB",
        ),
    ],
)  # fmt: skip
def test_the_order_of_contexts(document, contexts, code):
    assert judged(put(document, "/@context", contexts), {}).check("context").code == code


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        pytest.param(make_record(), "/credentialSubject/verifiableCredential", id="a record of nothing"),
        pytest.param(put(make_record(BADGE), "/credentialSubject/association/0/associationType", "likes"),
                     "/credentialSubject/association/0/associationType", id="an association that is none"),
        pytest.param(put(make_endorsement(), "/credentialSubject/id", REMOVED), "/credentialSubject/id",
                     id="an endorsement of nothing"),
        pytest.param(make_endorsement(name=REMOVED), "/name", id="an endorsement without a name"),
        pytest.param(make_badge(relatedResource=[{"id": "https://a.example/1"}]), "/relatedResource/0",
                     id="a badge with a related resource that may change"),
        pytest.param(older(make_badge(validFrom=REMOVED)), "/issuanceDate", id="a badge on 1.1 without a date"),
    ],
)  # fmt: skip
def test_what_a_kind_needs_is_asked_of_it(document, pointer):
    found = judged(document, {}).check("schema")
    assert found.code == "schema.problems"
    assert f"{pointer}: " in found.detail


def test_the_standard_is_named_that_is_not_kept():
    assert "Comprehensive Learner Record 2.0" in judged(make_record(), {}).check("schema").detail
    assert "Open Badges 3.0" in judged(make_badge(id=REMOVED), {}).check("schema").detail


@pytest.mark.parametrize(
    ("schemas", "code"),
    [
        pytest.param(REMOVED, "schema.fits", id="none"),
        pytest.param(
            [{"id": "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json",
              "type": "1EdTechJsonSchemaValidator2019"}],
            "schema.fits", id="the official one",
        ),
        pytest.param(
            [{"id": "https://purl.imsglobal.org/spec/ob/v3p0/schema/achievementcredential.json", "type": "X"}],
            "schema.fits", id="the official one under an older name",
        ),
        pytest.param(
            {"id": "https://purl.imsglobal.org/spec/ob/v3p0/schema/../../evil.json", "type": "JsonSchema"},
            "schema.further", id="a look-alike",
        ),
        pytest.param(
            [{"id": "https://purl.imsglobal.org/spec/clr/v2p0/schema/json/x.json", "type": "X"},
             {"id": "https://state.example/schema.json", "type": "JsonSchema"}],
            "schema.further", id="another one beside it",
        ),
    ],
)  # fmt: skip
def test_schemas_that_are_named(schemas, code):
    """Nothing is fetched: neither what is known here nor what a stranger wrote."""
    report = judged(sign_token(make_badge(credentialSchema=schemas), COLLEGE), {})
    assert report.check("schema").code == code
    assert report.verdict is Verdict.VALID
    if code == "schema.further":
        assert "was not looked at" in report.check("schema").detail
