"""How what is inside a credential is taken out, and that a signature over it all covers it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pyld import jsonld

from app.errors import TooComplexError
from app.jsonld import BUNDLED_CONTEXTS, GENERIC_CONTEXTS, canonicalize
from app.jsonld.expansion import document_loader
from app.verification.embedded import (
    MAX_CONTENTS,
    MAX_ENDORSEMENTS,
    Allowance,
    Inner,
    contents_of,
    endorsable,
    endorsements_of,
    holds_others,
    with_room,
)
from app.verification.kinds import Kind
from app.verification.reading import ReadLimits, read
from tests.factories import VC_CONTEXT, as_bytes, put, sign, sign_token
from tests.unit.jsonld.support import fast, slow
from tests.unit.verification.inner import (
    ACHIEVEMENT,
    COLLEGE,
    ENDORSER,
    make_badge,
    make_endorsement,
    make_record,
    make_small,
)

BADGE = sign(make_badge(), COLLEGE)
ENDORSEMENT = sign(make_endorsement(), ENDORSER)


def presented(document):
    return read(as_bytes(document))


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(put(make_badge(), "/endorsement", [ENDORSEMENT]), id="an endorsement of the badge"),
        pytest.param(put(make_badge(), "/issuer/endorsement", [ENDORSEMENT, ENDORSEMENT]), id="two of its issuer"),
        pytest.param(put(make_badge(), "/credentialSubject/achievement/endorsement", ENDORSEMENT), id="no list"),
        pytest.param(make_record(BADGE, sign(make_small(), COLLEGE)), id="a record"),
        pytest.param(make_record(sign(make_record(BADGE), COLLEGE)), id="a record in a record"),
        pytest.param(
            make_record(sign(put(make_badge(), "/endorsement", [ENDORSEMENT]), COLLEGE)),
            id="a record with an endorsed badge",
        ),
    ],
)
def test_proofs_inside_are_canonicalised_as_others_do(document):
    """Each stands in a graph of its own, which a walk that knows only one would lose or merge."""
    options = {
        "algorithm": "URDNA2015",
        "format": "application/n-quads",
        "documentLoader": document_loader(BUNDLED_CONTEXTS),
    }
    assert fast(document) == slow(document) == canonicalize(document) == jsonld.normalize(document, options).encode()
    without = put(document, "/name", "Another")
    assert canonicalize(without) != canonicalize(document)


@pytest.mark.parametrize(
    ("value", "count", "readable"),
    [
        pytest.param(ENDORSEMENT, 1, 1, id="one that is no list"),
        pytest.param([ENDORSEMENT, ENDORSEMENT], 2, 2, id="two"),
        pytest.param([], 0, 0, id="none"),
        pytest.param(None, 0, 0, id="null"),
        pytest.param(["x", 5, None, [], {}], 5, 1, id="wrong types, of which an object is readable and fails later"),
        pytest.param(["a.b.c", "", " ", "…"], 4, 0, id="texts that are no tokens"),
        pytest.param([f" {sign_token(make_endorsement(), ENDORSER)}\n"], 1, 1, id="a token with white space around it"),
        pytest.param([ENDORSEMENT] * 20, 20, MAX_ENDORSEMENTS, id="more than are looked at"),
    ],
)
@pytest.mark.parametrize("member", ["endorsement", "endorsementJwt"])
def test_endorsements(member, value, count, readable):
    found = endorsements_of(presented(put(make_badge(), f"/{member}", value)), Allowance())
    assert found.count == count
    assert sum(one is not None for one in found.found) == readable
    assert bool(found) == (count > 0)


def test_an_image_inside_is_no_credential():
    """Only bytes that were handed in may be an image."""
    found = endorsements_of(
        presented(put(make_badge(), "/endorsement", ["<svg xmlns='http://www.w3.org/2000/svg'/>"])), Allowance()
    )
    assert found.found == (None,)


@pytest.mark.parametrize(
    ("held", "readable"),
    [
        pytest.param({"id": "data:application/vc+jwt,{token}"}, True, id="an envelope"),
        pytest.param({"id": "data:application/vc-ld+jwt;base64url,{token}"}, False, id="an older one"),
        pytest.param({"id": "data:application/vc+jwt,"}, False, id="an empty one"),
        pytest.param({"id": "https://a.example/1"}, False, id="an address, which is not followed"),
        pytest.param({"id": 5}, False, id="a number"),
        pytest.param({}, False, id="nothing"),
    ],
)
def test_envelopes(held, readable):
    token = sign_token(make_badge(), COLLEGE)
    members = {
        name: value.replace("{token}", token) if isinstance(value, str) else value for name, value in held.items()
    }
    envelope = {"@context": VC_CONTEXT, "type": "EnvelopedVerifiableCredential", **members}
    (found,) = contents_of(presented(make_record(envelope)), Allowance()).found
    assert (found is not None and found.format == "json+jwt") == readable
    if readable:
        assert found.document["name"] == make_badge()["name"]


def test_what_a_record_holds_is_bounded():
    found = contents_of(presented(make_record(*[make_small()] * (MAX_CONTENTS + 5))), Allowance())
    assert (len(found.found), found.count) == (MAX_CONTENTS, MAX_CONTENTS + 5)


@pytest.mark.parametrize("subject", [None, 5, "x", [], [{}], {"verifiableCredential": None}])
def test_a_record_without_contents(subject):
    assert not contents_of(presented({**make_record(), "credentialSubject": subject}), Allowance())


def test_a_context_is_inherited_and_never_replaced():
    bare = {name: value for name, value in BADGE.items() if name != "@context"}
    record = make_record(bare, BADGE)
    inherited, own = contents_of(presented(record), Allowance()).found
    assert inherited.document["@context"] == record["@context"]
    assert own.document["@context"] == BADGE["@context"]
    assert inherited.document["proof"] == BADGE["proof"]


def test_what_an_endorsement_may_be_about():
    badge = presented(BADGE)
    assert endorsable(badge, contents_of(badge, Allowance())) == {BADGE["id"], COLLEGE.did, ACHIEVEMENT}
    record = make_record(BADGE, sign_token(make_small(7), COLLEGE), id="urn:x:record", issuer=ENDORSER)
    outer = presented(record)
    assert endorsable(outer, contents_of(outer, Allowance())) == {
        "urn:x:record", ENDORSER.did, ACHIEVEMENT, BADGE["id"], COLLEGE.did, "urn:x:7",
    }  # fmt: skip


def test_no_more_is_taken_out_than_is_allowed():
    """However it is spread: what a record holds and its endorsements count alike."""
    allowance = Allowance(3)
    record = presented(put(make_record(*[make_small()] * 5), "/endorsement", [ENDORSEMENT] * 2))
    endorsements, held = endorsements_of(record, allowance), contents_of(record, allowance)
    assert (len(endorsements.found), endorsements.count) == (2, 2)
    assert (len(held.found), held.count) == (1, 5)
    assert (contents_of(record, allowance).found, allowance.left) == ((), 0)


def test_of_what_cannot_be_read_nothing_can_be_endorsed():
    small = presented(make_small())
    assert endorsable(small, Inner((None,), 1)) == {"urn:x:0", COLLEGE.did}


def test_as_many_achievements_are_looked_at_as_a_record_holds_badges():
    many = [{"id": f"urn:x:{number}"} for number in range(101)]
    record = presented(make_record(id="urn:x:record", credentialSubject={"achievement": many}))
    assert endorsable(record, Inner()) == {f"urn:x:{number}" for number in range(100)} | {"urn:x:record", COLLEGE.did}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param(BADGE, False, id="a badge"),
        pytest.param(put(make_badge(), "/endorsement", [ENDORSEMENT]), True, id="an endorsed one"),
        pytest.param(put(make_badge(), "/issuer/endorsementJwt", ["a.b.c"]), True, id="one of an endorsed issuer"),
        pytest.param(make_record(BADGE), True, id="a record"),
        pytest.param(make_record(), False, id="an empty record"),
    ],
)
def test_whether_others_stand_inside(document, expected):
    assert holds_others(presented(document)) is expected


def test_there_may_be_no_context_to_inherit():
    bare = {name: value for name, value in BADGE.items() if name != "@context"}
    record = {name: value for name, value in make_record(bare).items() if name != "@context"}
    (found,) = contents_of(presented(record), Allowance()).found
    assert "@context" not in found.document


@pytest.mark.parametrize(("given", "left"), [(4_096, 512), (100, 100)], ids=["a usual amount", "little"])
def test_what_is_inside_is_read_with_little_work_and_by_the_same_contexts(given, left):
    work = replace(ReadLimits().work, work=given, slow_path=lambda *_, **__: b"")
    outer = read(as_bytes(make_record(BADGE)), limits=ReadLimits(work=work, contexts=GENERIC_CONTEXTS))
    (found,) = contents_of(outer, Allowance()).found
    assert (found.work.work, found.contexts) == (left, GENERIC_CONTEXTS)
    with pytest.raises(TooComplexError):
        found.work.slow_path({}, found.work)


@pytest.mark.parametrize(("kind", "times"), [(kind, 4 if kind is Kind.RECORD else 1) for kind in Kind])
def test_only_a_record_has_room_for_many(kind, times):
    outer = presented(BADGE)
    roomy, work = with_room(outer, kind).work, outer.work
    assert (roomy.quads, roomy.blank_nodes) == (work.quads * times, work.blank_nodes * times)
    assert roomy.work == work.work
