"""What is inside a credential: endorsements add to it or not, and a record holds only if all in it does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.jsonld import DEFAULT_LIMITS, canonicalize
from app.signing import LocalSigner, sign_canonical
from app.verification import Conclusion, Missing, Outcome, Verdict
from app.verification.embedded import MAX_CONTENTS, MAX_ENDORSEMENTS, MAX_INSIDE
from tests.factories import (
    BASE_URL,
    INDEX,
    NOW,
    REMOVED,
    judged,
    make_credential,
    make_evidence,
    make_status_list,
    make_subject,
    put,
    sign,
    sign_token,
    web_issuer,
)
from tests.factories_ob2 import make_assertion
from tests.unit.verification.inner import (
    ACHIEVEMENT,
    COLLEGE,
    ENDORSER,
    make_badge,
    make_endorsement,
    make_record,
    make_small,
    older,
)

VALID, INVALID, UNDETERMINED = Verdict
ENDORSEMENT = sign(make_endorsement(), ENDORSER)
ELSEWHERE = web_issuer("elsewhere")
CREATOR = {"id": "urn:uuid:6c1f2d3e-0000-4000-8000-000000000001", "type": ["Profile"], "name": "A board"}
BADGE = sign(make_badge(), COLLEGE)


def endorsed(place="", *found, tokens=(), **changes):
    """A good badge with endorsements at a place in it."""
    document = make_badge(**changes)
    if found:
        document = put(document, f"{place}/endorsement", list(found))
    if tokens:
        document = put(document, f"{place}/endorsementJwt", list(tokens))
    return judged(sign(document, COLLEGE), {})


def renamed(document):
    return {**document, "name": "Something else"}


@pytest.mark.parametrize(
    ("place", "about"),
    [
        pytest.param("", make_badge()["id"], id="of the badge"),
        pytest.param("/issuer", COLLEGE.did, id="of the issuer"),
        pytest.param("/credentialSubject/achievement", ACHIEVEMENT, id="of the achievement"),
        pytest.param("/credentialSubject/achievement/creator", CREATOR["id"], id="of the maker of the achievement"),
        pytest.param("/credentialSubject/source", CREATOR["id"], id="of whoever assessed"),
        pytest.param("", ACHIEVEMENT, id="of the achievement, beside the badge"),
    ],
)
@pytest.mark.parametrize("form", ["JSON", "token"])
def test_an_endorsement_that_holds(place, about, form):
    subject = make_subject(source=dict(CREATOR))
    subject["achievement"]["creator"] = dict(CREATOR)
    document = make_endorsement(about=about)
    items = {"tokens": [sign_token(document, ENDORSER)]} if form == "token" else {}
    report = endorsed(place, *([] if items else [sign(document, ENDORSER)]), credentialSubject=subject, **items)
    assert report.verdict is VALID
    assert report.check("endorsements").code == "endorsements.hold"
    (inner,) = report.endorsements
    assert inner.verdict is VALID
    assert inner.credential["endorses"] == about
    assert inner.credential["endorsementComment"] == "Meets the standard."
    assert inner.recipient is None
    assert inner.achievement is None
    assert inner.issuer["id"] == ENDORSER.did


@pytest.mark.parametrize(
    ("endorsement", "inside", "conclusion"),
    [
        pytest.param(renamed(ENDORSEMENT), INVALID, Conclusion.ALTERED, id="altered"),
        pytest.param(make_endorsement(), INVALID, Conclusion.NOT_SIGNED, id="unsigned"),
        pytest.param(
            sign(make_endorsement(COLLEGE), ENDORSER), INVALID, Conclusion.WRONG_SIGNER, id="signed by somebody else"
        ),
        pytest.param(
            sign(make_endorsement(ELSEWHERE), ELSEWHERE), UNDETERMINED, Conclusion.UNAVAILABLE,
            id="of somebody who cannot be reached",
        ),
        pytest.param(
            sign(make_endorsement(validUntil="2026-05-02T00:00:00Z"), ENDORSER),
            INVALID, Conclusion.EXPIRED, id="expired",
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("beside", [(), (ENDORSEMENT,)], ids=["alone", "beside a good one"])
def test_an_endorsement_that_does_not_hold_takes_nothing_from_the_badge(endorsement, inside, conclusion, beside):
    report = endorsed("", endorsement, *beside)
    assert report.verdict is VALID
    assert report.conclusion is Conclusion.VALID
    assert report.check("endorsements").code == "endorsements.doubtful"
    assert report.check("endorsements").outcome is Outcome.NOT_APPLICABLE
    assert f"of which {len(beside)} hold(s)" in report.check("endorsements").detail
    assert report.endorsements[0].verdict is inside
    assert report.endorsements[0].conclusion is conclusion
    if inside is INVALID and conclusion is not Conclusion.EXPIRED:
        assert report.endorsements[0].credential is None


@pytest.mark.parametrize(
    ("token", "code"),
    [
        pytest.param("a.b.c", "format.unreadable", id="no token at all"),
        pytest.param(sign_token(make_badge(), COLLEGE), "format.not-a-badge", id="a badge in its place"),
        pytest.param(sign_token(make_endorsement(), ENDORSER)[:-6] + "AAAAAA", "format.read", id="an altered token"),
    ],
)
def test_tokens_that_are_no_endorsement(token, code):
    report = endorsed("", tokens=[token])
    assert report.verdict is VALID
    assert report.endorsements[0].verdict is INVALID
    assert report.endorsements[0].check("format").code == code


def test_an_endorsement_of_something_else_says_so():
    report = endorsed("", sign(make_endorsement(about="https://other.example/achievements/1"), ENDORSER), ENDORSEMENT)
    assert report.verdict is VALID
    assert [inner.verdict for inner in report.endorsements] == [VALID, VALID]
    finding = report.check("endorsements")
    assert finding.code == "endorsements.elsewhere"
    assert "2 endorsement(s): 1 hold(s), and 1 more" in finding.detail


def test_endorsements_past_the_bound_are_not_counted_as_holding():
    tokens = [sign_token(make_endorsement(), ENDORSER)] * (MAX_ENDORSEMENTS + 1)
    report = endorsed("", tokens=tokens)
    assert report.check("endorsements").code == "endorsements.doubtful"
    assert (
        f"{MAX_ENDORSEMENTS + 1} endorsement(s), of which {MAX_ENDORSEMENTS} hold(s)"
        in report.check("endorsements").detail
    )
    assert len(report.endorsements) == MAX_ENDORSEMENTS


def test_whose_the_endorsements_are_is_not_asked_again():
    report = judged(sign(put(make_credential(), "/endorsement", [ENDORSEMENT])), email="amina@riverside.example")
    assert report.check("recipient").code == "recipient.match"
    assert report.endorsements[0].check("recipient").code == "recipient.not-asked"
    assert report.endorsements[0].check("trust").code == "trust.not-asked"


def test_nothing_inside_is_shown_when_the_badge_was_altered():
    signed = sign(put(make_badge(), "/endorsement", [ENDORSEMENT]), COLLEGE)
    report = judged(renamed(signed), {})
    assert report.verdict is INVALID
    assert report.endorsements == ()
    assert report.check("endorsements").code == "endorsements.skipped"


def test_swapping_the_endorsement_breaks_the_badge():
    """It lies within what the issuer signed: nobody else can add one."""
    signed = sign(put(make_badge(), "/endorsement", [ENDORSEMENT]), COLLEGE)
    other = sign(make_endorsement(name="Another"), ENDORSER)
    assert judged(put(signed, "/endorsement", [other]), {}).verdict is INVALID
    assert judged(put(signed, "/endorsement", REMOVED), {}).verdict is INVALID
    moved = put(signed, "/endorsement/0/proof/0/created", "2026-05-04T10:00:06Z")
    assert judged(moved, {}).check("proof").code == "proof.altered"


# Learner records


REVOKED_LIST = sign(make_status_list(revoked=[INDEX]))
LISTED = sign(make_credential())
UNREACHABLE = Missing("The server did not answer.")


@pytest.mark.parametrize(
    ("held", "evidence", "code", "verdict", "conclusion"),
    [
        pytest.param([BADGE], {}, "contents.hold", VALID, Conclusion.VALID, id="a good badge"),
        pytest.param([BADGE, LISTED], make_evidence(), "contents.hold", VALID, Conclusion.VALID, id="good badges"),
        pytest.param(
            [sign(make_small(), COLLEGE), sign(make_endorsement(), ENDORSER), BADGE],
            {}, "contents.hold", VALID, Conclusion.VALID, id="a badge, an endorsement and some other credential",
        ),
        pytest.param(
            [BADGE, LISTED], make_evidence(status_list=REVOKED_LIST),
            "contents.invalid", INVALID, Conclusion.CONTENTS, id="a revoked badge",
        ),
        pytest.param(
            [BADGE, renamed(BADGE)], {}, "contents.invalid", INVALID, Conclusion.CONTENTS, id="an altered badge"
        ),
        pytest.param(
            [BADGE, make_badge()], {}, "contents.invalid", INVALID, Conclusion.CONTENTS, id="an unsigned badge"
        ),
        pytest.param(
            [BADGE, LISTED], make_evidence(status_list=UNREACHABLE),
            "contents.unchecked", UNDETERMINED, Conclusion.UNAVAILABLE, id="a badge whose list cannot be had",
        ),
        pytest.param(
            [renamed(BADGE), LISTED], make_evidence(status_list=UNREACHABLE),
            "contents.invalid", INVALID, Conclusion.CONTENTS, id="an altered one beside one that cannot be checked",
        ),
    ],
)  # fmt: skip
def test_a_record_holds_if_all_in_it_does(held, evidence, code, verdict, conclusion):
    report = judged(sign(make_record(*held), COLLEGE), evidence)
    assert report.check("contents").code == code
    assert report.verdict is verdict
    assert report.conclusion is conclusion
    assert len(report.contents) == len(held)
    assert report.credential["contentCount"] == len(held)
    assert report.credential["partial"] is False
    assert report.achievement is None


def test_an_altered_record_shows_nothing_of_what_it_holds():
    report = judged(renamed(sign(make_record(BADGE), COLLEGE)), {})
    assert report.conclusion is Conclusion.ALTERED
    assert report.contents == ()


def test_a_record_that_nobody_signed_vouches_for_nothing():
    report = judged(make_record(BADGE), {})
    assert report.conclusion is Conclusion.NOT_SIGNED
    assert report.check("contents").code == "contents.skipped"


@pytest.mark.parametrize(
    ("held", "verdict"),
    [
        pytest.param(sign_token(make_badge(), COLLEGE), VALID, id="that holds"),
        pytest.param(sign_token(make_badge(), COLLEGE)[:-6] + "AAAAAA", INVALID, id="that was altered"),
    ],
)
def test_a_record_on_version_1_may_hold_tokens(held, verdict):
    token = sign_token({}, COLLEGE, claims=_old_claims(make_record(held)))
    report = judged(token, {})
    assert report.check("format").code == "format.read-old"
    assert report.check("schema").code == "schema.fits"
    assert [inner.verdict for inner in report.contents] == [verdict]
    assert report.verdict is verdict


def _old_claims(document):
    return {
        "vc": older(document),
        "iss": COLLEGE.did,
        "jti": document["id"],
        "sub": document["credentialSubject"]["id"],
        "nbf": 1_777_888_800,
    }


@pytest.mark.parametrize(
    "held",
    [
        pytest.param(sign_token(make_badge(), COLLEGE), id="as text"),
        pytest.param(
            {
                "@context": "https://www.w3.org/ns/credentials/v2",
                "id": f"data:application/vc+jwt,{sign_token(make_badge(), COLLEGE)}",
                "type": "EnvelopedVerifiableCredential",
            },
            id="in an envelope",
        ),
    ],
)
def test_the_schema_of_records_knows_no_tokens_but_they_are_judged_all_the_same(held):
    report = judged(sign_token(make_record(held), COLLEGE), {})
    assert report.check("schema").code == "schema.problems"
    assert [inner.verdict for inner in report.contents] == [VALID]
    assert report.check("contents").code == "contents.hold"


def test_what_inherits_its_context_is_read_in_the_context_around_it():
    inherited = {name: value for name, value in BADGE.items() if name != "@context"}
    report = judged(sign_token(make_record(inherited), COLLEGE), {})
    assert report.check("schema").code == "schema.problems"  # the record's schema wants one on each
    assert report.contents[0].check("context").code == "context.order"  # the record's stands between


def test_more_than_is_looked_at_is_never_counted_as_fine():
    held = [sign(make_small(number), COLLEGE) for number in range(MAX_CONTENTS + 1)]
    report = judged(sign_token(make_record(*held), COLLEGE), {})
    assert report.check("schema").code == "schema.fits"
    assert report.check("contents").code == "contents.beyond"
    assert (
        f"Of the {MAX_CONTENTS + 1} badge(s) in this record, {MAX_CONTENTS} were looked at"
        in report.check("contents").detail
    )
    assert report.verdict is UNDETERMINED
    assert report.conclusion is Conclusion.UNSUPPORTED
    assert {inner.verdict for inner in report.contents} == {VALID}
    held[3] = renamed(held[3])
    assert judged(sign_token(make_record(*held), COLLEGE), {}).verdict is INVALID


def nested(depth):
    held = BADGE
    for number in range(depth):
        held = sign(make_record(held, id=f"{BASE_URL}/records/{number}"), COLLEGE)
    return judged(held, {})


@pytest.mark.parametrize("depth", [1, 2])
def test_a_record_in_a_record_is_followed(depth):
    assert nested(depth).verdict is VALID


def test_records_in_records_are_not_followed_for_ever():
    report = nested(3)
    assert report.verdict is UNDETERMINED
    deepest = report.contents[0].contents[0]
    assert deepest.check("contents").code == "contents.beyond"
    assert deepest.contents == ()


def test_credentials_inside_credentials_are_bounded_in_all():
    """Seventy in each of three records within a record are more than anybody needs."""
    held = [sign(make_small(number), COLLEGE) for number in range(70)]
    inner = [sign(make_record(*held, id=f"urn:x:record:{number}"), COLLEGE) for number in range(3)]
    report = judged(sign_token(make_record(*inner), COLLEGE), {})
    assert [len(one.contents) for one in report.contents] == [70, 70, MAX_INSIDE - 3 - 140]
    assert report.contents[2].check("contents").code == "contents.beyond"
    assert report.verdict is UNDETERMINED


def test_what_takes_a_while_to_read_is_read_alone_and_not_inside_another():
    """There may be a hundred of them."""
    alignment = {"type": ["Alignment"], "targetName": "Inclusion", "targetUrl": "https://standards.example/inclusion"}
    result = {"type": ["Result"], "value": "Exceeds", "alignment": [alignment] * 5}
    tangled = sign(make_badge(credentialSubject={**make_subject(), "result": [result, result]}), COLLEGE)
    record = judged(sign(make_record(tangled), COLLEGE), {})
    assert judged(tangled, {}).check("proof").code == "proof.fits"
    assert (record.verdict, record.check("proof").code) == (UNDETERMINED, "proof.fits")
    assert record.contents[0].check("proof").code == "proof.too-complex"


def test_an_endorsement_in_a_record_may_be_about_what_it_holds():
    report = judged(
        sign(put(make_record(BADGE), "/endorsement", [sign(make_endorsement(about=BADGE["id"]), ENDORSER)]), COLLEGE),
        {},
    )
    assert report.check("endorsements").code == "endorsements.hold"


def test_a_record_of_a_hundred_badges_has_room():
    """Four times the statements of a badge, and a badge as usual has some thirty."""
    record = make_record(*[sign(make_badge(id=f"urn:x:{number}"), COLLEGE) for number in range(MAX_CONTENTS)])
    canonical = canonicalize(record, limits=replace(DEFAULT_LIMITS, quads=8_000, blank_nodes=2_000))
    signer = LocalSigner(COLLEGE.key, "key-1")
    signed = sign_canonical(record, canonical, signer, verification_method=COLLEGE.method, created=NOW).document
    report = judged(signed, {})
    assert report.check("proof").code == "proof.fits"
    assert report.check("contents").code == "contents.hold"


def test_an_assertion_of_open_badges_2_is_no_content_of_a_record():
    """A signed record does not make up for what an assertion would have to be asked for."""
    report = judged(sign_token(make_record(make_assertion()), COLLEGE), {})
    assert [inner.conclusion for inner in report.contents] == [Conclusion.NOT_A_BADGE]


def test_endorsements_further_down_than_is_looked_are_not_called_none():
    badge = sign(put(make_badge(), "/endorsement", [ENDORSEMENT]), COLLEGE)
    held = judged(sign(make_record(sign(make_record(badge, BADGE), COLLEGE)), COLLEGE), {}).contents[0].contents
    assert [inner.check("endorsements").code for inner in held] == ["endorsements.deep", "endorsements.none"]
