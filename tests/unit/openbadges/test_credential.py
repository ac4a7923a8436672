"""What is, and what is not, the structure of an OpenBadgeCredential."""

from __future__ import annotations

from types import MappingProxyType

import pytest

from app.errors import FieldProblem
from app.openbadges import OB_CONTEXT, VC_CONTEXT, check_award, check_credential, check_profile
from tests.unit.openbadges.documents import ABSENT, ACHIEVEMENT, CREDENTIAL, changed

SUBJECT = "/credentialSubject"
ACHIEVED = f"{SUBJECT}/achievement"

REFUSED = {
    "no context": ("/@context", ABSENT, "@context is missing."),
    "a context that is not a list": ("/@context", VC_CONTEXT, "@context must be a list of contexts."),
    "contexts in the wrong order": ("/@context", [OB_CONTEXT, VC_CONTEXT], f"@context must begin with {VC_CONTEXT}."),
    "only one context": (
        "/@context",
        [VC_CONTEXT],
        "@context must have the Open Badges 3.0 context in second place.",
    ),
    "a context that looks like that of Open Badges": (
        "/@context",
        [VC_CONTEXT, "https://purl.imsglobal.org/spec/ob/v3p0/context-3x0.3.json"],
        "@context must have the Open Badges 3.0 context in second place.",
    ),
    "a number among the contexts": (
        "/@context",
        [VC_CONTEXT, OB_CONTEXT, 3],
        "@context must hold only addresses and objects.",
    ),
    "the contexts of VC 1.1": (
        "/@context",
        ["https://www.w3.org/2018/credentials/v1", OB_CONTEXT],
        f"@context must begin with {VC_CONTEXT}.",
    ),
    "no id": ("/id", ABSENT, "id is missing."),
    "an id that is null": ("/id", None, "id must be an absolute URI."),
    "an id that is a relative reference": ("/id", "credentials/1", "id must be an absolute URI."),
    "an id with a space": ("/id", "https://badges.example/a b", "id must be an absolute URI."),
    "an id in two languages": ("/id", {"en": "https://badges.example/1"}, "id must be an absolute URI."),
    "a type that is text": (
        "/type",
        "OpenBadgeCredential",
        "type must contain VerifiableCredential.",
    ),
    "another type of credential": (
        "/type",
        ["VerifiableCredential", "OtherCredential"],
        "type must contain OpenBadgeCredential or AchievementCredential.",
    ),
    "no issuer": ("/issuer", ABSENT, "issuer is missing."),
    "an issuer that is not a profile": ("/issuer/type", ["Organization"], "issuer.type must contain Profile."),
    "an issuer that is a number": ("/issuer", 3, "issuer must be an absolute URI."),
    "an issuer without an id": ("/issuer/id", ABSENT, "issuer.id is missing."),
    "a parent organisation without a type": ("/issuer/parentOrg/type", ABSENT, "issuer.parentOrg.type is missing."),
    "an image that is text": ("/issuer/image", "https://badges.example/logo.png", "issuer.image must be an object."),
    "an image with a member too many": (
        "/issuer/image/width",
        600,
        "issuer.image.width is not a member that Open Badges allows here.",
    ),
    "coordinates that are text": (
        "/issuer/address/geo/latitude",
        "53.8",
        "issuer.address.geo.latitude must be a number.",
    ),
    "no validFrom": ("/validFrom", ABSENT, "validFrom is missing."),
    "a date without a time": (
        "/validFrom",
        "2026-05-04",
        "validFrom must be a real date and time with a zone, such as 2026-05-04T10:00:00Z.",
    ),
    "a date without a zone": (
        "/validFrom",
        "2026-05-04T10:00:00",
        "validFrom must be a real date and time with a zone, such as 2026-05-04T10:00:00Z.",
    ),
    "a day that does not exist": (
        "/awardedDate",
        "2026-02-29T10:00:00Z",
        "awardedDate must be a real date and time with a zone, such as 2026-05-04T10:00:00Z.",
    ),
    "the hour 24": (
        "/awardedDate",
        "2026-02-28T24:00:00Z",
        "awardedDate must be a real date and time with a zone, such as 2026-05-04T10:00:00Z.",
    ),
    "a validUntil that is null": ("/validUntil", None, "validUntil must be text with a date and time."),
    "a validity that ends before it begins": (
        "/validUntil",
        "2026-05-04T11:59:59+02:00",
        "validUntil is before validFrom.",
    ),
    "no subject": (SUBJECT, ABSENT, "credentialSubject is missing."),
    "two subjects": (SUBJECT, [{}, {}], "credentialSubject must be an object."),
    "a subject of another type": (
        f"{SUBJECT}/type",
        ["Person"],
        "credentialSubject.type must contain AchievementSubject.",
    ),
    "no achievement": (ACHIEVED, ABSENT, "credentialSubject.achievement is missing."),
    "an achievement without a name": (
        f"{ACHIEVED}/name",
        ABSENT,
        "credentialSubject.achievement.name is missing.",
    ),
    "a name that is null": (f"{ACHIEVED}/name", None, "credentialSubject.achievement.name must be text."),
    "a name in an unknown kind of language": (
        f"{ACHIEVED}/name",
        {"english": "Teaching"},
        "credentialSubject.achievement.name must be text.",
    ),
    "criteria that are text": (
        f"{ACHIEVED}/criteria",
        "Do it",
        "credentialSubject.achievement.criteria must be an object.",
    ),
    "criteria that say nothing": (
        f"{ACHIEVED}/criteria",
        {},
        "credentialSubject.achievement.criteria needs an id (the address of a page) or a narrative.",
    ),
    "credits that are text": (
        f"{ACHIEVED}/creditsAvailable",
        "0.5",
        "credentialSubject.achievement.creditsAvailable must be a number.",
    ),
    "credits that are true": (
        f"{SUBJECT}/creditsEarned",
        True,
        "credentialSubject.creditsEarned must be a number.",
    ),
    "an unknown language tag": (
        f"{ACHIEVED}/inLanguage",
        "English",
        "credentialSubject.achievement.inLanguage must be a language tag such as en or en-GB.",
    ),
    "an alignment without a target": (
        f"{ACHIEVED}/alignment/0/targetUrl",
        ABSENT,
        "credentialSubject.achievement.alignment[0].targetUrl is missing.",
    ),
    "an identity that is not a class of the model": (
        f"{SUBJECT}/identifier/0/email",
        "a@b.example",
        "credentialSubject.identifier[0].email is not a member that Open Badges allows here.",
    ),
    "hashed as text": (
        f"{SUBJECT}/identifier/0/hashed",
        "true",
        "credentialSubject.identifier[0].hashed must be true or false.",
    ),
    "a result of another achievement": (
        f"{SUBJECT}/result/0/resultDescription",
        f"{ACHIEVEMENT}#other",
        "credentialSubject.result[0].resultDescription is not the id of a resultDescription of the achievement.",
    ),
    "a status result without its status": (
        f"{SUBJECT}/result/1/status",
        ABSENT,
        "credentialSubject.result[1].status is missing, and the result is a Status.",
    ),
    "a result with a number": (
        f"{SUBJECT}/result/0/value",
        3,
        "credentialSubject.result[0].value must be text.",
    ),
    "evidence of another type": ("/evidence/0/type", ["Proof"], "evidence[0].type must contain Evidence."),
    "an endorsement without a name": ("/endorsement/0/name", ABSENT, "endorsement[0].name is missing."),
    "an endorsement that is no JWS": ("/endorsementJwt/0", "not a token", "endorsementJwt[0] must be a compact JWS."),
    "a schema without a type": ("/credentialSchema/0/type", ABSENT, "credentialSchema[0].type is missing."),
    "two status entries": ("/credentialStatus", [], "credentialStatus must be an object."),
    "a status without a type": ("/credentialStatus/type", ABSENT, "credentialStatus.type is missing."),
    "a refresh service without an id": ("/refreshService/id", ABSENT, "refreshService.id is missing."),
    "terms without a type": ("/termsOfUse/0/type", ABSENT, "termsOfUse[0].type is missing."),
    "a proof without a type": ("/proof/0/type", ABSENT, "proof[0].type is missing."),
    "a proof made on no date": (
        "/proof/0/created",
        "yesterday",
        "proof[0].created must be a real date and time with a zone, such as 2026-05-04T10:00:00Z.",
    ),
}

STATUS_ENTRIES = {
    "no purpose": ("statusPurpose", ABSENT, "statusPurpose"),
    "no list": ("statusListCredential", ABSENT, "statusListCredential"),
    "no index": ("statusListIndex", ABSENT, "statusListIndex"),
    "a negative index": ("statusListIndex", -1, "statusListIndex"),
    "an index with a leading zero": ("statusListIndex", "007", "statusListIndex"),
    "an index in other digits": ("statusListIndex", "٣", "statusListIndex"),
    "an index that is true": ("statusListIndex", True, "statusListIndex"),
    "a size of nothing": ("statusSize", 0, "statusSize"),
}

ACCEPTED = {
    "lists of one written as their item": {
        "/proof": CREDENTIAL["proof"][0],
        "/credentialSchema": CREDENTIAL["credentialSchema"][0],
        "/evidence": CREDENTIAL["evidence"][0],
        "/issuer/type": "Profile",
        f"{ACHIEVED}/type": "Achievement",
        f"{ACHIEVED}/tag": "teaching",
    },
    "an issuer that is an address": {"/issuer": "https://issuer.example"},
    "the other name of the class": {"/type": ["VerifiableCredential", "AchievementCredential"]},
    "an earlier context of 3.0": {
        "/@context/1": "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
    },
    "the context without a number": {"/@context/1": "https://purl.imsglobal.org/spec/ob/v3p0/context.json"},
    "an inline context in third place": {"/@context/2": {"x": "https://x.example/x"}},
    "names in a language map": {f"{ACHIEVED}/name": {"en": "Teaching", "cy-GB": "Addysgu"}},
    "members of other contexts": {"/custom": {"a": None}, f"{ACHIEVED}/custom": 1, "/issuer/custom": []},
    "a status of another method": {"/credentialStatus": {"type": "1EdTechRevocationList"}},
    "a status index as a number": {"/credentialStatus/statusListIndex": 94567},
    "a status without an id": {"/credentialStatus/id": ABSENT},
    "a subject with an id alone": {f"{SUBJECT}/identifier": ABSENT},
    "a subject with an identifier alone": {f"{SUBJECT}/id": ABSENT},
    "a result without a description": {f"{SUBJECT}/result/0/resultDescription": ABSENT},
    "fractions of a second and an offset": {"/validFrom": "2026-05-04T10:00:00.123456789+05:30"},
    "no proof": {"/proof": ABSENT},
    "validity of no length": {"/validUntil": CREDENTIAL["validFrom"]},
}


def test_the_complete_credential_is_right():
    assert check_credential(CREDENTIAL) == ()


def test_any_mapping_will_do():
    assert check_credential(MappingProxyType(CREDENTIAL)) == ()


@pytest.mark.parametrize(("pointer", "value", "detail"), REFUSED.values(), ids=REFUSED)
def test_refused(pointer, value, detail):
    problems = check_credential(changed(pointer, value))
    assert problems == (FieldProblem(pointer, detail),)


@pytest.mark.parametrize(("member", "value", "named"), STATUS_ENTRIES.values(), ids=STATUS_ENTRIES)
def test_status_entries_refused(member, value, named):
    document = (
        changed(f"/credentialStatus/{member}", value) if value is not ABSENT else changed(f"/credentialStatus/{member}")
    )
    assert check_credential(document) == (
        FieldProblem("/credentialStatus", f"credentialStatus needs a proper {named}."),
    )


def test_a_status_entry_is_not_its_list():
    document = changed("/credentialStatus/id", "https://badges.example/status/1")
    assert check_credential(document)[0].detail == "credentialStatus has the id of its whole list."


def test_a_subject_that_nobody_can_recognise():
    document = changed(f"{SUBJECT}/identifier", document=changed(f"{SUBJECT}/id"))
    assert check_credential(document) == (
        FieldProblem(SUBJECT, "credentialSubject needs an id or an identifier that says whose achievement it is."),
    )


@pytest.mark.parametrize("changes", ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(changes):
    document = CREDENTIAL
    for pointer, value in changes.items():
        document = changed(pointer, value, document=document)
    assert check_credential(document) == ()


def test_every_problem_is_named():
    document = changed("/id", document=changed("/validFrom"))
    assert {problem.pointer for problem in check_credential(document)} == {"/id", "/validFrom"}


def test_pointers_follow_the_document_where_a_list_is_written_as_its_item():
    document = changed(f"{SUBJECT}/result", {"type": "Result", "resultDescription": "urn:x:y"})
    assert [problem.pointer for problem in check_credential(document)] == [f"{SUBJECT}/result/resultDescription"]


def test_pointers_escape_slashes():
    document = changed("/issuer/image", {**CREDENTIAL["issuer"]["image"], "a/b~c": 1})
    assert check_credential(document)[0].pointer == "/issuer/image/a~1b~0c"


def test_the_document_is_left_alone():
    document = changed("/proof", CREDENTIAL["proof"][0])
    before = repr(document)
    check_credential(document)
    assert repr(document) == before


def test_profiles():
    assert check_profile(CREDENTIAL["issuer"]) == ()
    assert check_profile({"type": "Profile"}) == (FieldProblem("/id", "id is missing."),)
    assert check_profile({**CREDENTIAL["issuer"], "dateOfBirth": "1990-02-30"}) == (
        FieldProblem("/dateOfBirth", "dateOfBirth must be a real date such as 1990-05-04."),
    )


@pytest.mark.parametrize(("path", "value"), [row[:2] for row in REFUSED.values()], ids=REFUSED)
def test_awards_are_refused_as_strangers_credentials_are(path, value):
    """`check_award` reads issuer and achievement once; what it says must be the same."""
    document = changed(path, value)
    assert check_award(CREDENTIAL) == ()
    assert check_award(document) == check_credential(document) != ()


def test_results_are_held_against_an_achievement_that_is_remembered():
    assert check_award(CREDENTIAL) == ()
    document = changed(f"{SUBJECT}/result", [{"type": ["Result"], "resultDescription": "urn:uuid:nobody"}])
    assert check_award(document) == check_credential(document) != ()
