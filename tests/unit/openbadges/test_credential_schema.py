"""Our check beside the official JSON schema: what that refuses, we refuse; what we refuse besides has a reason."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft201909Validator

from app.openbadges import check_credential, check_profile
from tests.unit.openbadges.documents import ABSENT, ACHIEVEMENT, CREDENTIAL, changed

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


JUNK = st.sampled_from(
    [
        None,
        True,
        0,
        1.5,
        "",
        "x",
        "https://a.example/1",
        "2026-02-30T00:00:00Z",
        "ext:x",
        "ext:",
        "ext:-",
        [],
        ["x"],
        [None],
        [1],
        [[]],
        {},
        {"en": "x"},
        {"en": 1},
        {"english": "x"},
        {"id": "urn:a:b"},
        {"type": "Profile"},
        [{}],
        "Profile",
        ["Profile"],
        "Achievement",
        "Image",
        "Completed",
        "\n",
        "a.b.c",
        "en-GB",
    ]
)


def _pointers(node, prefix=""):
    members = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in members:
        yield f"{prefix}/{key}"
        yield from _pointers(value, f"{prefix}/{key}")


POINTERS = sorted(pointer for pointer in _pointers(CREDENTIAL) if ACHIEVEMENT not in pointer)
MEMBERS = sorted({pointer.rsplit("/", 1)[1] for pointer in POINTERS if not pointer[-1].isdigit()} | {"extra"})


@st.composite
def mutated(draw):
    """The sample with one or two members taken away, replaced by something else in it or by junk, or added."""
    document = CREDENTIAL
    for _ in range(draw(st.integers(1, 2))):
        pointer = draw(st.sampled_from(sorted(_pointers(document))))
        kind = draw(st.sampled_from(["remove", "junk", "swap", "add", "unlist"]))
        if kind == "remove":
            value = ABSENT
        elif kind == "swap":
            value = deepcopy(_at(CREDENTIAL, draw(st.sampled_from(POINTERS))))
        elif kind == "unlist" and isinstance(held := _at(document, pointer), list) and held:
            value = held[0]
        else:
            value = draw(JUNK)
        if kind == "add" and isinstance(_at(document, pointer), dict):
            pointer = f"{pointer}/{draw(st.sampled_from(MEMBERS))}"
        document = changed(pointer, value, document=document)
    return document


def _at(document, pointer):
    for part in pointer[1:].split("/"):
        document = document[int(part) if isinstance(document, list) else part]
    return document


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(document=mutated())
def test_what_the_schema_refuses_we_refuse(document):
    if check_credential(document) == ():
        assert list(OFFICIAL.iter_errors(document)) == []


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(pointer=st.sampled_from(list(_pointers(CREDENTIAL["issuer"]))), value=JUNK)
def test_profiles_the_schema_refuses_we_refuse(pointer, value):
    document = changed(pointer, value, document=CREDENTIAL["issuer"])
    if check_profile(document) == ():
        assert list(OFFICIAL_PROFILE.iter_errors(document)) == []


OFFICIAL = _validator("ob_v3p0_achievementcredential_schema.json") if SCHEMAS.is_dir() else None
OFFICIAL_PROFILE = _validator("ob_v3p0_profile_schema.json") if SCHEMAS.is_dir() else None
