"""Our check beside the official JSON schema: what that refuses, we refuse; what we refuse besides has a reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft201909Validator

from app.openbadges import check_credential, check_profile
from tests.unit.openbadges.documents import ACHIEVEMENT, CREDENTIAL, changed
from tests.unit.openbadges.mutations import JUNK, mutated, pointers

SPEC = Path(__file__).parents[4] / "shared/spec"
SCHEMAS = SPEC / "schemas/ob_v3p0"
EXAMPLES = SPEC / "examples"

pytestmark = pytest.mark.skipif(not SCHEMAS.is_dir(), reason="published vectors not present")

# Everything that the schema lets pass and we do not, by what is wrong with it.
STRICTER = {
    "contexts that are not a list": changed("/@context", CREDENTIAL["@context"][0]),
    "an id that is no IRI (it could not be signed)": changed("/id", "credentials/1"),
    "an id in two languages (JSON-LD has none)": changed("/id", {"en": "https://badges.example/1"}),
    "a type in two languages": changed("/issuer/type", {"en": "Profile"}),
    "a type that is text and lacks the class": changed("/type", "OpenBadgeCredential"),
    "a date that is no date (formats are notes to a schema)": changed("/validFrom", "soon"),
    "validUntil before validFrom": changed("/validUntil", "2020-01-01T00:00:00Z"),
    "criteria that say nothing (OB 3.0 Criteria)": changed("/credentialSubject/achievement/criteria", {}),
    "a subject that nobody can recognise (OB 3.0 section 9.1)": changed(
        "/credentialSubject/id", document=changed("/credentialSubject/identifier")
    ),
    "a result of another achievement": changed("/credentialSubject/result/0/resultDescription", "urn:x:y"),
    "a Status without a status (OB 3.0 Result)": changed("/credentialSubject/result/1/status"),
    "a Bitstring entry without its index": changed("/credentialStatus/statusListIndex"),
}

# Samples of VC 2.0 that are no OpenBadgeCredential, or are refused: with the reason.
NOT_TAKEN = {
    "endorsement.json": "an EndorsementCredential",
    "endorsement-valid.json": "an EndorsementCredential",
    "simple-err-context.json": "lacks the context of VC 2.0",
    "simple-err-issued.json": "made for another check, and has no achievement",
    "simple-err-issuer.json": "has no issuer",
    "simple-err-type.json": "another type of credential",
}
VC_2 = "https://www.w3.org/ns/credentials/v2"


def _validator(name: str) -> Draft201909Validator:
    return Draft201909Validator(json.loads((SCHEMAS / name).read_text()))


@pytest.fixture(scope="module")
def schema():
    return _validator("ob_v3p0_achievementcredential_schema.json")


@pytest.fixture(scope="module")
def strict_schema():
    folder = SPEC / "schemas/ob_v3p0-strict-2024"
    return Draft201909Validator(json.loads((folder / "achievementcredential.json").read_text()))


def _samples() -> list[Path]:
    folders = ("ob_v3p0", "validator-ob30")
    paths = [path for folder in folders for path in sorted((EXAMPLES / folder).glob("*.json"))]
    return [path for path in paths if json.loads(path.read_text())["@context"][0] == VC_2]


def test_our_sample_is_right_by_both_generations_of_the_schema(schema, strict_schema):
    assert list(schema.iter_errors(CREDENTIAL)) == []
    assert list(strict_schema.iter_errors(CREDENTIAL)) == []


@pytest.mark.parametrize("document", STRICTER.values(), ids=STRICTER)
def test_where_we_are_stricter(schema, document):
    assert schema.is_valid(document)
    assert check_credential(document) != ()


@pytest.mark.parametrize("path", _samples(), ids=lambda path: path.name)
def test_published_samples(schema, path):
    document = json.loads(path.read_text())
    if path.name in NOT_TAKEN or "-type.json" in path.name:
        assert check_credential(document) != ()
    else:
        assert check_credential(document) == ()
    if not schema.is_valid(document):
        assert check_credential(document) != ()


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(document=mutated(CREDENTIAL, apart=(ACHIEVEMENT,)))
def test_what_the_schema_refuses_we_refuse(document):
    if check_credential(document) == ():
        assert list(OFFICIAL.iter_errors(document)) == []


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(pointer=st.sampled_from(list(pointers(CREDENTIAL["issuer"]))), value=JUNK)
def test_profiles_the_schema_refuses_we_refuse(pointer, value):
    document = changed(pointer, value, document=CREDENTIAL["issuer"])
    if check_profile(document) == ():
        assert list(OFFICIAL_PROFILE.iter_errors(document)) == []


OFFICIAL = _validator("ob_v3p0_achievementcredential_schema.json") if SCHEMAS.is_dir() else None
OFFICIAL_PROFILE = _validator("ob_v3p0_profile_schema.json") if SCHEMAS.is_dir() else None
