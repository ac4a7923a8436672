"""Each rule: what it lets pass, what it warns of, what it refuses; and nothing that stands in a badge upsets one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.issuance.preflight import RULES, Outcome, Picture, examine
from app.openbadges import EXTENSIONS_CONTEXT, OB_CONTEXT, VC_CONTEXT
from app.verification import Outcome as CheckOutcome
from tests.factories import REMOVED
from tests.unit.issuance.preflight.stage import (
    BASE_URL,
    DID,
    LIST,
    ask,
    good_sample,
    make_sample,
    make_scene,
    with_did_member,
    with_member,
    with_public_url_of,
    with_token,
)

SUBJECT = "credentialSubject"
ACHIEVEMENT = f"{SUBJECT}.achievement"
STATUS = "credentialStatus"


def with_picture(media_type="image/png", width=600, height=600):
    return replace(good_sample(), picture=Picture(media_type, width, height))


def with_size(size):
    return replace(good_sample(), size=size)


def without_identifier(kind):
    kept = [item for item in good_sample().identifiers if item["identityType"] != kind]
    return with_member(f"{SUBJECT}.identifier", kept)


def with_check(name, outcome):
    report = good_sample().report
    return replace(good_sample(), report=report.with_check(replace(report.check(name), outcome=outcome)))


PASSES = {
    "contexts without the extensions": ("contexts", with_member("@context", [VC_CONTEXT, OB_CONTEXT])),
    "an AchievementCredential": ("types", with_member("type", ["VerifiableCredential", "AchievementCredential"])),
    "one type written as itself": ("subject", with_member(f"{SUBJECT}.type", "AchievementSubject")),
    "no schema named": ("credential-schema", with_member("credentialSchema", REMOVED)),
    "no end": ("dates", with_member("validUntil", REMOVED)),
    "no evidence": ("evidence", with_member("evidence", REMOVED)),
    "an identified subject without an id": ("subject", with_member(f"{SUBJECT}.id", REMOVED)),
    "criteria at an address": ("criteria", with_member(f"{ACHIEVEMENT}.criteria", {"id": "https://a.school/c"})),
    "no alignments": ("alignments", with_member(f"{ACHIEVEMENT}.alignment", REMOVED)),
    "a name of 100 characters": ("achievement-name", with_member(f"{ACHIEVEMENT}.name", "x" * 100)),
    "a picture in the badge itself": (
        "image",
        with_member(f"{ACHIEVEMENT}.image", {"id": "data:image/png;base64,AA==", "type": "Image"}),
    ),
    "a small SVG": ("picture", with_picture("image/svg+xml", 100, 100)),
    "a nearly square PNG": ("picture", with_picture("image/png", 600, 595)),
    "a badge too large for a QR code": ("size", with_size(20_000)),
    "a badge that fits a QR code": ("size", with_size(2_000)),
    "a token by RS256": ("token-algorithm", with_token("header", "alg", "RS256")),
    "a token without typ": ("token-header", with_token("header", "typ", REMOVED)),
    "an address with a port": ("public-address", with_public_url_of("https://badges.riverside.school:8443")),
    "an address that is a public IP address": ("public-address", with_public_url_of("https://8.8.8.8")),
}

WARNS = {
    "endorsers that cannot be asked": ("verification", with_check("endorsements", CheckOutcome.UNDETERMINED)),
    "a context of one's own": (
        "contexts",
        with_member("@context", [VC_CONTEXT, OB_CONTEXT, EXTENSIONS_CONTEXT, "https://a.school/context"]),
    ),
    "a young term of the badge": ("young-terms", with_member("endorsementJwt", ["a.b.c"])),
    "a young term of the achievement": ("young-terms", with_member(f"{ACHIEVEMENT}.endorsementJwt", ["a.b.c"])),
    "an id that is a URN": ("credential-id", with_member("id", "urn:uuid:1f0c7f86-4f63-4c6a-9a0e-6f2f1c1f6a11")),
    "no name of the badge": ("credential-name", with_member("name", REMOVED)),
    "no day of the award": ("awarded-date", with_member("awardedDate", REMOVED)),
    "a large badge": ("size", with_size(100_000)),
    "no name of the learner": ("recipient-name", without_identifier("name")),
    "a hashed name of the learner": ("recipient-name", with_member(f"{SUBJECT}.identifier.0.hashed", True)),
    "no e-mail address of the learner": ("recipient-email", without_identifier("emailAddress")),
    "no kind": ("achievement-type", with_member(f"{ACHIEVEMENT}.achievementType", REMOVED)),
    "a name of 101 characters": ("achievement-name", with_member(f"{ACHIEVEMENT}.name", "x" * 101)),
    "no language": ("language", with_member(f"{ACHIEVEMENT}.inLanguage", REMOVED)),
    "no picture": ("image", with_member(f"{ACHIEVEMENT}.image", REMOVED)),
    "no words for the picture": ("image-caption", with_member(f"{ACHIEVEMENT}.image.caption", REMOVED)),
    "a picture that is no square": ("picture", with_picture("image/png", 600, 500)),
    "a small PNG": ("picture", with_picture("image/png", 120, 120)),
    "no name of the issuer": ("issuer-name", with_member("issuer.name", REMOVED)),
    "a long name of the issuer": ("issuer-name", with_member("issuer.name", "x" * 101)),
    "no web site": ("issuer-url", with_member("issuer.url", REMOVED)),
    "a web site without https": ("issuer-url", with_member("issuer.url", "http://riverside.school")),
    "a web site on this machine": ("issuer-url", with_member("issuer.url", "https://localhost")),
    "a web site that is none": ("issuer-url", with_member("issuer.url", "riverside.school")),
    "no e-mail address of the issuer": ("issuer-email", with_member("issuer.email", REMOVED)),
    "no page in the DID document": ("did-names", with_did_member("alsoKnownAs", REMOVED)),
    "two proofs": ("first-proof", with_member("proof", [*good_sample().document["proof"]] * 2)),
    "no status": ("status-entry", with_member(STATUS, REMOVED)),
}

FAILS = {
    "a signature that cannot be told": ("verification", with_check("proof", CheckOutcome.UNDETERMINED)),
    "an issuer that is not assessed": ("verification", with_check("issuer", CheckOutcome.NOT_APPLICABLE)),
    "a badge that has expired": ("verification", with_check("dates", CheckOutcome.FAILED)),
    "nothing was checked": ("verification", replace(good_sample(), report=replace(good_sample().report, checks=()))),
    "a key that is not the issuer's": ("verification", None),
    "contexts in another order": ("contexts", with_member("@context", [OB_CONTEXT, VC_CONTEXT])),
    "an older context": (
        "contexts",
        with_member("@context", [VC_CONTEXT, "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json"]),
    ),
    "one context as text": ("contexts", with_member("@context", VC_CONTEXT)),
    "an extension without its context": ("extension-terms", with_member("@context", [VC_CONTEXT, OB_CONTEXT])),
    "no VerifiableCredential": ("types", with_member("type", ["OpenBadgeCredential"])),
    "no OpenBadgeCredential": ("types", with_member("type", ["VerifiableCredential"])),
    "no id": ("credential-id", with_member("id", REMOVED)),
    "an id that is no address": ("credential-id", with_member("id", "badge-1")),
    "the schema type of the W3C": (
        "credential-schema",
        with_member("credentialSchema.0.type", "JsonSchemaValidator2019"),
    ),
    "a schema without an address": ("credential-schema", with_member("credentialSchema.0.id", REMOVED)),
    "a date without a zone": ("dates", with_member("validFrom", "2026-05-04T10:00:00")),
    "a day without a time": ("dates", with_member("validUntil", "2027-05-04")),
    "no start": ("dates", with_member("validFrom", REMOVED)),
    "a start in the future": ("dates", with_member("validFrom", "2026-05-11T12:00:00Z")),
    "an end before the start": ("dates", with_member("validUntil", "2020-01-01T00:00:00Z")),
    "an end at the start": ("dates", with_member("validUntil", good_sample().document["validFrom"])),
    "evidence within the subject": ("evidence", with_member(f"{SUBJECT}.evidence", [])),
    "evidence without its type": ("evidence", with_member("evidence.0.type", ["Thing"])),
    "a huge badge": ("size", with_size(300_000)),
    "a subject without its type": ("subject", with_member(f"{SUBJECT}.type", REMOVED)),
    "a subject that is nobody": ("subject", with_member(SUBJECT, {"type": ["AchievementSubject"]})),
    "an achievement without an id": ("achievement-id", with_member(f"{ACHIEVEMENT}.id", REMOVED)),
    "an achievement without its type": ("achievement-id", with_member(f"{ACHIEVEMENT}.type", REMOVED)),
    "empty criteria": ("criteria", with_member(f"{ACHIEVEMENT}.criteria", {})),
    "no criteria": ("criteria", with_member(f"{ACHIEVEMENT}.criteria", REMOVED)),
    "an alignment without its address": ("alignments", with_member(f"{ACHIEVEMENT}.alignment.0.targetUrl", REMOVED)),
    "an alignment without its type": ("alignments", with_member(f"{ACHIEVEMENT}.alignment.0.type", REMOVED)),
    "a picture as text": ("image", with_member(f"{ACHIEVEMENT}.image", "https://a.school/image.png")),
    "a JPEG": ("picture", with_picture("image/jpeg")),
    "an issuer as text": ("issuer-profile", with_member("issuer", DID)),
    "an issuer without its type": ("issuer-profile", with_member("issuer.type", REMOVED)),
    "a key listed as an object": ("did-methods", with_did_member("assertionMethod.0", {"id": f"{DID}#key-1"})),
    "a key listed by a relative name": ("did-methods", with_did_member("assertionMethod.0", "#key-1")),
    "a key with a relative name": ("did-methods", with_did_member("verificationMethod.0.id", "#key-1")),
    "a key under another controller": ("did-methods", with_did_member("verificationMethod.0.controller", "did:x:y")),
    "the DID document of somebody else": ("did-methods", with_did_member("id", "did:web:a.school")),
    "the signing key is not listed": ("did-methods", with_did_member("assertionMethod", [f"{DID}#key-2"])),
    "the signing key is not there": ("did-keys", with_did_member("verificationMethod", [])),
    "a key typed as a proof": ("did-keys", with_did_member("verificationMethod.0.type", "DataIntegrityProof")),
    "a private key": ("did-keys", with_did_member("verificationMethod.1.publicKeyJwk.d", "x")),
    "a DID at another address": ("did-address", with_public_url_of("https://new.riverside.school")),
    "a DID of another kind": ("did-address", with_member("issuer.id", "did:key:z6Mk")),
    "an address on this machine": ("public-address", with_public_url_of("http://localhost:8000")),
    "an address in a private network": ("public-address", with_public_url_of("https://10.0.0.7")),
    "an address of a special kind": ("public-address", with_public_url_of("https://badges.internal")),
    "an address without https": ("public-address", with_public_url_of("http://badges.riverside.school")),
    "no proof": ("first-proof", with_member("proof", REMOVED)),
    "another cryptosuite first": ("first-proof", with_member("proof.0.cryptosuite", "eddsa-jcs-2022")),
    "another purpose first": ("first-proof", with_member("proof.0.proofPurpose", "authentication")),
    "a proof by a bare DID": ("proof-method", with_member("proof.0.verificationMethod", DID)),
    "a proof by another's key": ("proof-method", with_member("proof.0.verificationMethod", "did:web:a.school#key-1")),
    "a token by EdDSA": ("token-algorithm", with_token("header", "alg", "EdDSA")),
    "a token of the W3C's type": ("token-header", with_token("header", "typ", "vc+jwt")),
    "a header of one's own": ("token-header", with_token("header", "x5c", [])),
    "a kid that is a bare name": ("token-key", with_token("header", "kid", "key-2")),
    "a kid that answers a set of keys": ("token-key", with_token("key", "keys", [])),
    "a kid that answers no key": ("token-key", with_token("key", "kty", REMOVED)),
    "a kid that answers a private key": ("token-key", with_token("key", "d", "x")),
    "another iss": ("token-claims", with_token("claims", "iss", "did:web:a.school")),
    "no nbf": ("token-claims", with_token("claims", "nbf", REMOVED)),
    "a status of the draft": ("status-entry", with_member(f"{STATUS}.type", "StatusList2021Entry")),
    "another purpose": ("status-entry", with_member(f"{STATUS}.statusPurpose", "suspension")),
    "an index that is a number": ("status-entry", with_member(f"{STATUS}.statusListIndex", 94_567)),
    "an index with a zero in front": ("status-entry", with_member(f"{STATUS}.statusListIndex", "094567")),
    "an entry named as its list": ("status-entry", with_member(f"{STATUS}.id", LIST)),
    "several entries": ("status-entry", with_member(STATUS, [good_sample().document[STATUS]] * 2)),
    "a short list": ("status-list", replace(good_sample(), list_length=100_000)),
    "an index beyond the list": ("status-list", with_member(f"{STATUS}.statusListIndex", "131072")),
}


def test_every_rule_thinks_well_of_the_good_sample():
    found = {finding.rule.id: finding.said for finding in examine(good_sample()).findings}
    assert {name: said.detail for name, said in found.items() if said.outcome is not Outcome.PASSES} == {}


@pytest.mark.parametrize(("rule", "sample"), PASSES.values(), ids=PASSES)
def test_passes(rule, sample):
    said = ask(rule, sample)
    assert said.outcome is Outcome.PASSES, said
    assert said.cure is None


@pytest.mark.parametrize(("rule", "sample"), WARNS.values(), ids=WARNS)
def test_warns(rule, sample):
    said = ask(rule, sample)
    assert said.outcome is Outcome.WARNS, said
    assert said.cure


@pytest.mark.parametrize(("rule", "sample"), FAILS.values(), ids=FAILS)
def test_fails(rule, sample):
    if sample is None:  # only a whole rehearsal can tell
        sample = make_sample(scene=make_scene(did="did:web:a.school"))
    said = ask(rule, sample)
    assert said.outcome is Outcome.FAILS, said
    assert said.cure


def test_every_rule_is_shown_to_find_something():
    """A rule that cannot complain is a defect."""
    assert {rule for rule, _ in (*WARNS.values(), *FAILS.values())} == {rule.id for rule in RULES}


def test_ids_are_names_and_no_two_rules_share_one():
    ids = [rule.id for rule in RULES]
    assert len(set(ids)) == len(ids)
    assert all(name == name.lower() and name.replace("-", "").isalpha() for name in ids)


@pytest.mark.parametrize("value", [None, 7, "", "x", [], [None, 7], {}, {"id": 7}, True], ids=repr)
@pytest.mark.parametrize("name", [*good_sample().document, "proof"])
def test_whatever_stands_in_a_member_every_rule_answers(name, value):
    found = examine(with_member(name, value)).findings
    assert len(found) == len(RULES)
    assert all(finding.said.detail for finding in found)


@pytest.mark.parametrize("value", [None, 7, "x", [7], {}, [{}]], ids=repr)
@pytest.mark.parametrize("name", list(good_sample().did_document))
def test_whatever_stands_in_the_did_document_every_rule_answers(name, value):
    assert len(examine(with_did_member(name, value)).findings) == len(RULES)


def test_the_base_of_the_samples_is_where_they_say():
    assert good_sample().document["id"].startswith(BASE_URL)
