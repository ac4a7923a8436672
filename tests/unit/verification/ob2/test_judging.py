"""Whole reports on Open Badges 2.0, hosted and signed. What stands at which address is in `factories_ob2`."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.verification import CHECKS, Conclusion, Policy, Verdict
from tests.factories import EMAIL, REMOVED, as_bytes, ed25519_key
from tests.factories_ob2 import (
    ASSERTION,
    AWAY,
    GONE,
    ISSUER,
    NOT_THERE,
    OB2_CONTEXT,
    judged_ob2,
    make_assertion,
    make_badge,
    make_issuer,
    make_recipient,
    make_revocations,
    make_signed_assertion,
    make_web,
    sign_assertion,
    troubles,
)
from tests.unit.openbadges.pdfs import attaching, stream
from tests.unit.openbadges.pngs import itxt, png


def codes(report):
    return [check.code for check in report.checks]


def test_a_good_hosted_badge():
    report = judged_ob2(email=EMAIL)
    assert report.verdict is Verdict.VALID
    assert report.summary == "This badge is genuine and valid."
    assert [check.id for check in report.checks] == list(CHECKS)
    assert codes(report) == [
        "format.read",
        "context.ob2",
        "schema.fits",
        "proof.hosted",
        "issuer.hosts-it",
        "dates.within",
        "status.hosted",
        "refresh.none",
        "endorsements.none",
        "contents.none",
        "printed.none",
        "recipient.match",
        "creator.none",
        "trust.not-asked",
    ]


def test_a_good_signed_badge():
    report = judged_ob2(sign_assertion(), email=EMAIL)
    assert report.verdict is Verdict.VALID
    assert [report.check(name).code for name in ("proof", "issuer", "status")] == [
        "proof.fits",
        "issuer.bound",
        "status.not-listed",
    ]
    assert "RS256" in report.check("proof").detail


def test_the_copy_at_its_address_counts_and_is_shown():
    forged = make_assertion(recipient=make_recipient(hashed=False, identity="eve@evil.example"), issuedOn="never")
    report = judged_ob2(forged, email=EMAIL)
    assert report.verdict is Verdict.VALID
    assert report.credential["validFrom"] == "2026-05-04T10:00:00Z"
    assert "was judged, and not the one that was sent" in report.check("proof").detail


SVG_TOKEN = '<svg xmlns="http://www.w3.org/2000/svg"><a:assertion xmlns:a="http://openbadges.org" verify="{}"/></svg>'


@pytest.mark.parametrize(
    ("image", "proof"),
    [
        pytest.param(SVG_TOKEN.format(sign_assertion()).encode(), "proof.fits", id="signed, in SVG"),
        pytest.param(png(itxt(as_bytes(make_assertion()), keyword=b"openbadges")), "proof.hosted", id="hosted, in PNG"),
        pytest.param(png(itxt(sign_assertion().encode(), keyword=b"openbadges")), "proof.fits", id="signed, in PNG"),
    ],
)
def test_images_of_old_badges(image, proof):
    report = judged_ob2(image)
    assert report.verdict is Verdict.VALID
    assert report.check("proof").code == proof


def test_a_bare_pointer_is_enough():
    pointer = {"@context": OB2_CONTEXT, "type": "Assertion", "id": ASSERTION}
    assert judged_ob2(pointer).verdict is Verdict.VALID


HOSTED = [
    pytest.param(
        {"ASSERTION": make_assertion(expires="2026-05-05T00:00:00Z")},
        ["dates.expired"],
        Conclusion.EXPIRED,
        id="expired",
    ),
    pytest.param(
        {"ASSERTION": make_assertion(issuedOn="2027-05-05T00:00:00Z")},
        ["dates.early"],
        Conclusion.NOT_YET_VALID,
        id="issued in the future",
    ),
    pytest.param(
        {"ASSERTION": make_assertion(expires="2026-05-01T00:00:00Z")},
        ["schema.problems", "dates.expired"],
        Conclusion.MALFORMED,
        id="expired before it was issued",
    ),
    pytest.param(
        {"ASSERTION": make_assertion(revoked=True, revocationReason="Plagiarism")},
        ["status.revoked-hosted"],
        Conclusion.REVOKED,
        id="revoked in its hosted copy",
    ),
    pytest.param(
        {"ASSERTION": {"id": ASSERTION, "revoked": True}},
        ["status.revoked-hosted"],
        Conclusion.REVOKED,
        id="revoked, and its hosted copy says nothing else",
    ),
    pytest.param(
        {"ASSERTION": make_assertion(revoked=True, recipient=REMOVED)},
        ["status.revoked-hosted"],
        Conclusion.REVOKED,
        id="revoked, and its hosted copy says little else",
    ),
    pytest.param(
        {"ASSERTION": {"id": f"{ASSERTION}8", "revoked": True}},
        ["proof.hosted-other", "status.revoked-hosted"],
        Conclusion.WRONG_SIGNER,
        id="another that was revoked stands at its address",
    ),
    pytest.param(
        {"ASSERTION": make_assertion(revoked=True, id="https://evil.example/1")},
        ["proof.hosted-other"],
        Conclusion.WRONG_SIGNER,
        id="another, revoked and whole",
    ),
    pytest.param(
        {"ASSERTION": make_assertion(revoked="false")},
        ["schema.problems"],
        Conclusion.MALFORMED,
        id="a text that says whether it is revoked",
    ),
    pytest.param(
        {"ASSERTION": make_assertion(revoked=True), "BADGE": make_badge(issuer=REMOVED)},
        ["issuer.unnamed"],
        Conclusion.WRONG_SIGNER,
        id="revoked by nobody",
    ),
    pytest.param(
        {"ASSERTION": make_assertion(verification={"type": ["SignedBadge", "HostedBadge"]})},
        [],
        Conclusion.VALID,
        id="hosted, whatever else it is",
    ),
    pytest.param(
        {"ASSERTION": make_assertion(verify={"type": "signed"})},
        [],
        Conclusion.VALID,
        id="by its older member it would be signed",
    ),
    pytest.param(
        {"ASSERTION": make_assertion(expires=None)},
        ["schema.problems", "dates.unreadable"],
        Conclusion.MALFORMED,
        id="an end that is nothing",
    ),
    pytest.param(
        {"ASSERTION": make_assertion(revoked=True), "BADGE": GONE},
        ["status.revoked-hosted"],
        Conclusion.REVOKED,
        id="revoked together with its badge class",
    ),
    pytest.param({"ASSERTION": GONE}, ["status.revoked-gone"], Conclusion.REVOKED, id="410 Gone at its address"),
    pytest.param(
        {"REVOCATIONS": make_revocations(ASSERTION)},
        ["status.listed"],
        Conclusion.REVOKED,
        id="hosted, and in the issuer's list all the same",
    ),
    pytest.param({"REVOCATIONS": AWAY}, [], Conclusion.VALID, id="hosted, and the issuer's list is away"),
    pytest.param({"ASSERTION": AWAY}, ["proof.hosted-missing"], Conclusion.UNAVAILABLE, id="its server is away"),
    pytest.param({"ASSERTION": REMOVED}, ["proof.hosted-missing"], Conclusion.UNAVAILABLE, id="it was not looked up"),
    pytest.param(
        {"ASSERTION": b"<html>Sign in</html>"}, ["proof.hosted-missing"], Conclusion.UNAVAILABLE, id="a page for people"
    ),
    pytest.param({"ASSERTION": b"[]"}, ["proof.hosted-missing"], Conclusion.UNAVAILABLE, id="no JSON object"),
    pytest.param(
        {"ASSERTION": make_assertion(id=f"{ASSERTION}8")},
        ["proof.hosted-other"],
        Conclusion.WRONG_SIGNER,
        id="another assertion at its address",
    ),
    pytest.param(
        {"ASSERTION": make_assertion(id=REMOVED)},
        ["schema.problems", "proof.hosted-other"],
        Conclusion.WRONG_SIGNER,
        id="a nameless assertion at its address",
    ),
    pytest.param(
        {"ASSERTION": make_assertion(id="http" + ASSERTION.removeprefix("https"))},
        [],
        Conclusion.VALID,
        id="http, https",
    ),
    pytest.param(
        {"ASSERTION": make_signed_assertion()},
        ["proof.none"],
        Conclusion.NOT_SIGNED,
        id="its hosted copy says that it should be signed",
    ),
    pytest.param(
        {"ASSERTION": make_assertion(verification={"type": "BlockchainBadge"})},
        ["proof.unsupported"],
        Conclusion.UNSUPPORTED,
        id="verified in a way that nobody knows",
    ),
    pytest.param(
        {"ASSERTION": make_assertion(issuedOn="2026-05-04T10:00Z", expires="2029-05-04T12:00:00,5+0200")},
        [],
        Conclusion.VALID,
        id="times in the other forms of ISO 8601",
    ),
    pytest.param(
        {"ASSERTION": make_assertion(badge=make_badge(id="urn:uuid:2"))},
        [],
        Conclusion.VALID,
        id="a badge class inside it, without an address",
    ),
    pytest.param({"BADGE": AWAY}, ["issuer.badge-missing"], Conclusion.UNAVAILABLE, id="badge class away"),
    pytest.param({"ISSUER": NOT_THERE}, ["issuer.profile-missing"], Conclusion.UNAVAILABLE, id="issuer's profile away"),
    pytest.param(
        {"BADGE": make_badge(id="https://evil.example/badges/1")},
        ["issuer.other-id"],
        Conclusion.WRONG_SIGNER,
        id="a badge class that gives itself out for another site's",
    ),
    pytest.param(
        {"ISSUER": make_issuer(id="https://famous.example/issuer")},
        ["issuer.other-id"],
        Conclusion.WRONG_SIGNER,
        id="a profile that gives itself out for another site's",
    ),
    pytest.param(
        {"ISSUER": make_issuer(id=ISSUER.replace("https://", "https://www."))},
        ["issuer.other-id"],
        Conclusion.WRONG_SIGNER,
        id="a profile that gives itself out for another host's of its site",
    ),
    pytest.param(
        {"ISSUER": make_issuer(id=f"{ISSUER}.json")}, [], Conclusion.VALID, id="a profile's id ends otherwise"
    ),
    pytest.param(
        {"ISSUER": make_issuer(id="urn:uuid:2d391246-6e0d-4dab-906c-b29770bd7aa6")},
        ["issuer.unsupported"],
        Conclusion.UNSUPPORTED,
        id="a profile without an address",
    ),
    pytest.param(
        {"BADGE": make_badge(issuer="did:web:academy.example")},
        ["issuer.unsupported"],
        Conclusion.UNSUPPORTED,
        id="a DID as issuer",
    ),
    pytest.param(
        {"BADGE": make_badge(issuer=REMOVED)},
        ["schema.problems", "issuer.unnamed"],
        Conclusion.WRONG_SIGNER,
        id="a badge class that names no issuer",
    ),
]


@pytest.mark.parametrize(("web", "expected", "conclusion"), HOSTED)
def test_hosted(web, expected, conclusion):
    report = judged_ob2(evidence=make_web(**web))
    assert troubles(report) == expected
    assert report.conclusion is conclusion


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        pytest.param(make_assertion(id="urn:uuid:1"), ["proof.no-address"], id="an id that is no address"),
        pytest.param(make_assertion(id=REMOVED), ["proof.no-address"], id="no id"),
        pytest.param(make_assertion(id=5), ["proof.no-address"], id="an id that is a number"),
        pytest.param(make_signed_assertion(), ["proof.none"], id="said to be signed, and is not"),
        pytest.param(make_assertion(id="https://evil.example/1"), ["proof.hosted-missing"], id="elsewhere"),
    ],
)
def test_what_names_no_copy_that_could_vouch_for_it(sent, expected):
    report = judged_ob2(sent)
    assert [code for code in troubles(report) if not code.startswith("schema.")] == expected
    assert report.credential is None


def test_a_token_around_a_hosted_badge_adds_nothing():
    token = sign_assertion(make_assertion(issuedOn="2020-01-01T00:00:00Z"), ed25519_key("stranger"))
    report = judged_ob2(token)
    assert report.check("proof").code == "proof.hosted"
    assert report.credential["validFrom"] == "2026-05-04T10:00:00Z"


def test_a_token_is_no_signature_of_the_copy_that_its_pointer_leads_to():
    report = judged_ob2(sign_assertion(make_assertion()), make_web(ASSERTION=make_signed_assertion()))
    assert report.check("proof").code == "proof.none"


def test_of_what_nobody_vouches_for_nothing_is_shown():
    for web in ({"ASSERTION": AWAY}, {"BADGE": AWAY}, {"ASSERTION": make_assertion(id=f"{ASSERTION}8")}):
        report = judged_ob2(evidence=make_web(**web))
        assert (report.credential, report.issuer, report.recipient, report.status) == (None, None, None, None)


def test_trust_goes_by_the_address_of_the_issuer():
    pretending = make_web(ISSUER=make_issuer(id=f"{ISSUER}/famous"))
    assert judged_ob2(policy=Policy.of([ISSUER])).check("trust").code == "trust.recognised"
    report = judged_ob2(evidence=pretending, policy=Policy.of([f"{ISSUER}/famous"]))
    assert report.check("trust").code == "trust.unrecognised"
    assert report.issuer["id"] == ISSUER


def test_as_of_another_day():
    assert judged_ob2(now=datetime(2030, 1, 1, tzinfo=UTC)).conclusion is Conclusion.EXPIRED


@pytest.mark.parametrize(
    ("name", "make"), [("ASSERTION", make_assertion), ("BADGE", make_badge), ("ISSUER", make_issuer)]
)
def test_endorsements_are_counted(name, make):
    endorsed = make(endorsement=["https://a.example/1", "https://a.example/2"])
    report = judged_ob2(evidence=make_web(**{name: endorsed}))
    assert report.check("endorsements").code == "endorsements.not-followed"
    assert "2 endorsement(s)" in report.check("endorsements").detail
    assert report.verdict is Verdict.VALID


def test_the_page_around_an_old_badge_is_looked_at_too():
    report = judged_ob2(attaching(stream(as_bytes(make_assertion()))))
    assert (report.verdict, report.check("printed").code) == (Verdict.VALID, "printed.picture")


@pytest.mark.parametrize(
    "path", ["id", "badge", "recipient", "verification", "issuedOn", "@context", "type", "expires"]
)
@pytest.mark.parametrize("value", [None, 5, True, "", "x", [], {}, [[]], {"id": 5}, {"type": []}, "https://[/"])
def test_wrong_types_are_reports_and_never_exceptions(path, value):
    broken = {**make_assertion(), path: value}
    for report in (
        judged_ob2(broken),
        judged_ob2(evidence=make_web(ASSERTION=broken)),
        judged_ob2(sign_assertion({**make_signed_assertion(), path: value})),
    ):
        assert {check.id for check in report.checks} == set(CHECKS)


@pytest.mark.parametrize("name", ["BADGE", "ISSUER", "KEY", "REVOCATIONS"])
@pytest.mark.parametrize(
    "value",
    [
        {},
        {"id": []},
        make_issuer(id={}),
        {"id": 5, "issuer": 5, "publicKey": 5, "verification": 5},
        {"publicKey": [[], None, {}]},
    ],
)
def test_odd_linked_documents_are_reports_and_never_exceptions(name, value):
    for what in (make_assertion(), sign_assertion()):
        report = judged_ob2(what, make_web(**{name: value}))
        assert name in {"KEY", "REVOCATIONS"} or report.verdict is not Verdict.VALID
