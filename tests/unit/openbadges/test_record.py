"""Learner records and endorsements beside their official schemas: what those refuse, we refuse."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft201909Validator

from app.openbadges import (
    EXTENSIONS_CONTEXT,
    OB_CONTEXT,
    VC_1_CONTEXT,
    VC_CONTEXT,
    check_endorsement,
    check_old_credential,
    check_old_endorsement,
    check_old_record,
    check_record,
)
from tests.unit.openbadges.documents import CREDENTIAL, changed
from tests.unit.openbadges.mutations import mutated

SPEC = Path(__file__).parents[4] / "shared/spec"
needs_schemas = pytest.mark.skipif(not SPEC.is_dir(), reason="published schemas not present")

CLR_CONTEXT = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
ENDORSEMENT = {
    **CREDENTIAL["endorsement"][0],
    "description": "Accredited",
    "issuer": {"id": "https://university.example", "type": ["Profile"], "name": "University"},
    "validUntil": "2029-05-05T10:00:00Z",
    "awardedDate": "2026-05-05T10:00:00Z",
    **{name: CREDENTIAL[name] for name in ("evidence", "proof", "credentialSchema", "credentialStatus", "termsOfUse")},
    "refreshService": CREDENTIAL["refreshService"],
}
HELD = {
    name: CREDENTIAL[name]
    for name in ("@context", "id", "type", "issuer", "validFrom", "credentialSubject", "evidence", "proof")
}
RECORD = {
    "@context": [VC_CONTEXT, CLR_CONTEXT, OB_CONTEXT, EXTENSIONS_CONTEXT],
    "id": "https://badges.example/records/1",
    "type": ["VerifiableCredential", "ClrCredential"],
    "name": "Transcript",
    "description": "All of it",
    "image": {"id": "https://badges.example/record.png", "type": "Image"},
    "partial": True,
    "issuer": CREDENTIAL["issuer"],
    "validFrom": "2026-05-04T10:00:00Z",
    "credentialSubject": {
        "id": "did:example:learner",
        "type": ["ClrSubject"],
        "identifier": CREDENTIAL["credentialSubject"]["identifier"],
        "verifiableCredential": [HELD, {**deepcopy(HELD), "issuer": "https://university.example"}],
        "achievement": [
            {
                "id": "urn:x:diploma",
                "type": ["Achievement"],
                "name": "Diploma",
                "description": "All of it.",
                "criteria": {"narrative": "Everything."},
            }
        ],
        "association": [
            {"type": "Association", "associationType": "isPartOf", "sourceId": "urn:x:a", "targetId": "urn:x:diploma"}
        ],
    },
    "endorsement": [ENDORSEMENT],
    "endorsementJwt": ["a.b.c"],
    "proof": CREDENTIAL["proof"],
}
SUBJECT = "/credentialSubject"
ASSOCIATION = f"{SUBJECT}/association/0"


def _validator(path):
    return Draft201909Validator(json.loads((SPEC / "schemas" / path).read_text())) if SPEC.is_dir() else None


OFFICIAL = _validator("clr_v2p0/clr_v2p0_clrcredential_schema.json")
OFFICIAL_ENDORSEMENT = _validator("ob_v3p0/ob_v3p0_endorsementcredential_schema.json")


def test_the_samples_are_right():
    assert check_record(RECORD) == ()
    assert check_endorsement(ENDORSEMENT) == ()
    if OFFICIAL is not None:
        assert list(OFFICIAL.iter_errors(RECORD)) == []
        assert list(OFFICIAL_ENDORSEMENT.iter_errors(ENDORSEMENT)) == []


@needs_schemas
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(document=mutated(RECORD, apart=("https:",)))
def test_records_the_schema_refuses_we_refuse(document):
    if check_record(document) == ():
        assert list(OFFICIAL.iter_errors(document)) == []


@needs_schemas
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(document=mutated(ENDORSEMENT, apart=("https:",)))
def test_endorsements_the_schema_refuses_we_refuse(document):
    if check_endorsement(document) == ():
        assert list(OFFICIAL_ENDORSEMENT.iter_errors(document)) == []


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        pytest.param(changed("/name", document=RECORD), "/name", id="no name"),
        pytest.param(changed("/partial", "yes", document=RECORD), "/partial", id="partial as text"),
        pytest.param(changed(f"{SUBJECT}/verifiableCredential", document=RECORD), f"{SUBJECT}/verifiableCredential",
                     id="no credentials"),
        pytest.param(changed(f"{SUBJECT}/verifiableCredential", [], document=RECORD), f"{SUBJECT}/verifiableCredential",
                     id="an empty list of credentials"),
        pytest.param(changed(f"{SUBJECT}/verifiableCredential/0", "a.b.c", document=RECORD),
                     f"{SUBJECT}/verifiableCredential/0", id="a token"),
        pytest.param(changed(f"{SUBJECT}/verifiableCredential/0/@context", document=RECORD),
                     f"{SUBJECT}/verifiableCredential/0/@context", id="a credential without a context"),
        pytest.param(changed(f"{SUBJECT}/verifiableCredential/0/@context/0", VC_1_CONTEXT, document=RECORD),
                     f"{SUBJECT}/verifiableCredential/0/@context", id="a credential of the other version"),
        pytest.param(changed(f"{ASSOCIATION}/associationType", "ext:likes", document=RECORD),
                     f"{ASSOCIATION}/associationType", id="an association from a list that is closed"),
        pytest.param(changed(f"{ASSOCIATION}/note", "x", document=RECORD), f"{ASSOCIATION}/note",
                     id="an association that says more"),
        pytest.param(changed("/@context/1", OB_CONTEXT, document=RECORD), "/@context", id="no context of records"),
        pytest.param(changed("/@context/2", EXTENSIONS_CONTEXT, document=RECORD), "/@context", id="none of badges"),
        pytest.param(changed(f"{SUBJECT}/identifier", document=changed(f"{SUBJECT}/id", document=RECORD)), SUBJECT,
                     id="nobody's record"),
        pytest.param(changed(f"{SUBJECT}/achievement/0/criteria", {}, document=RECORD),
                     f"{SUBJECT}/achievement/0/criteria", id="an achievement without criteria"),
    ],
)  # fmt: skip
def test_records_refused(document, pointer):
    assert [problem.pointer for problem in check_record(document)] == [pointer]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param(f"{SUBJECT}/verifiableCredential", HELD, id="one credential that is no list"),
        pytest.param(f"{SUBJECT}/id", "mailto:amina@riverside.example", id="another kind of id"),
        pytest.param("/partial", False, id="all that is known"),
    ],
)
def test_records_accepted(path, value):
    document = changed(path, value, document=RECORD)
    assert check_record(document) == ()
    assert OFFICIAL is None or OFFICIAL.is_valid(document)


# Version 1.1, of whose schemas no copy is left; 1EdTech's samples are what there is to go by.


def old(document):
    """`document` in the words of version 1.1."""
    renamed = {"validFrom": "issuanceDate", "validUntil": "expirationDate"}
    members = {renamed.get(name, name): deepcopy(value) for name, value in document.items()}
    members["@context"] = [VC_1_CONTEXT, *members["@context"][1:]]
    if "endorsement" in members:
        members["endorsement"] = [old(one) for one in members["endorsement"]]
    return members


OLD_BADGE = old(changed("/credentialStatus/id", "https://badges.example/status/1#94567"))
OLD_RECORD = changed(
    f"{SUBJECT}/verifiableCredential", [old(HELD), "a.b.c"], document=old(RECORD)
)  # fmt: skip
OLD_ENDORSEMENT = old(ENDORSEMENT)


def test_the_samples_are_right_on_version_1():
    assert check_old_credential(OLD_BADGE) == ()
    assert check_old_record(OLD_RECORD) == ()
    assert check_old_endorsement(OLD_ENDORSEMENT) == ()


@pytest.mark.parametrize(
    ("check", "document", "pointer"),
    [
        pytest.param(check_old_credential, changed("/issuanceDate", document=OLD_BADGE), "/issuanceDate", id="no date"),
        pytest.param(check_old_credential, changed("/expirationDate", "2020-01-01T00:00:00Z", document=OLD_BADGE),
                     "/expirationDate", id="an end before the beginning"),
        pytest.param(check_old_credential, changed("/credentialStatus/id", document=OLD_BADGE), "/credentialStatus/id",
                     id="a status without an id"),
        pytest.param(check_old_credential, changed("/id", document=OLD_BADGE), "/id", id="a badge without an id"),
        pytest.param(check_old_credential, changed("/@context/1", EXTENSIONS_CONTEXT, document=OLD_BADGE), "/@context",
                     id="a badge without its context"),
        pytest.param(check_old_credential, CREDENTIAL, "/issuanceDate", id="a badge of version 2.0"),
        pytest.param(check_old_record, changed("/@context/1", OB_CONTEXT, document=OLD_RECORD), "/@context",
                     id="a record without its context"),
        pytest.param(check_old_record, changed(f"{SUBJECT}/verifiableCredential/1", "a token", document=OLD_RECORD),
                     f"{SUBJECT}/verifiableCredential/1", id="a record with text that is no token"),
        pytest.param(check_old_endorsement, changed("/credentialSubject/id", document=OLD_ENDORSEMENT),
                     "/credentialSubject/id", id="an endorsement of nothing"),
    ],
)  # fmt: skip
def test_refused_on_version_1(check, document, pointer):
    assert pointer in [problem.pointer for problem in check(document)]


@pytest.mark.parametrize(
    ("check", "document"),
    [
        pytest.param(
            check_old_credential,
            changed(f"{SUBJECT}/identifier/0/identityType", "email", document=OLD_BADGE), id="a draft's word for it",
        ),
        pytest.param(
            check_old_credential,
            changed("/@context", [VC_1_CONTEXT, "https://w3id.org/security/data-integrity/v2", OB_CONTEXT],
                    document=OLD_BADGE),
            id="a security context in second place",
        ),
        pytest.param(check_old_endorsement, changed("/id", document=OLD_ENDORSEMENT), id="one without an id"),
        pytest.param(check_old_endorsement, changed("/name", document=OLD_ENDORSEMENT), id="one without a name"),
    ],
)  # fmt: skip
def test_accepted_on_version_1(check, document):
    assert check(document) == ()


@needs_schemas
@pytest.mark.parametrize(
    "path",
    sorted(
        path
        for folder in ("ob_v3p0", "validator-ob30", "validator-clr20", "test-vectors")
        for path in (SPEC / "examples" / folder).glob("*.json")
        if {"ClrCredential", "EndorsementCredential"} & set(json.loads(path.read_text()).get("type", []))
    ),
    ids=lambda path: path.name,
)
def test_published_samples(path):
    document = json.loads(path.read_text())
    is_old, is_record = document["@context"][0] == VC_1_CONTEXT, "ClrCredential" in document["type"]
    checks = {
        (False, False): check_endorsement, (True, False): check_old_endorsement,
        (False, True): check_record, (True, True): check_old_record,
    }  # fmt: skip
    problems = checks[is_old, is_record](document)
    if "https://dc.imsglobal.org/draft/clr/v2p0/context" in document["@context"]:
        assert [problem.pointer for problem in problems] == ["/@context"]
    else:
        assert problems == ()
