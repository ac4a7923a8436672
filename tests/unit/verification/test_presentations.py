"""What a presentation may hold, what is asked for its sake, and what of it counts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app import strictjson
from app.errors import InvalidCredentialError, TooComplexError
from app.jsonld import GENERIC_CONTEXTS
from app.openbadges import VC_1_CONTEXT, VC_CONTEXT
from app.verification import (
    MAX_NEEDS_OF_PRESENTATION,
    Need,
    NeedKind,
    Occasion,
    Outcome,
    ReadLimits,
    Report,
    Verdict,
    judge_presentation,
    presentation_needs,
    read_presentation,
)
from tests.factories import (
    REMOVED,
    base64url,
    make_credential,
    make_entry,
    make_evidence,
    put,
    sign,
    sign_options,
    sign_token,
    web_issuer,
)
from tests.unit.verification.inner import COLLEGE, make_badge, make_small, older
from tests.unit.verification.showing import ANYTHING, HOLDER, NOW, judged, presentation, token

BADGE = sign(make_badge(), COLLEGE)
TOKEN = sign_token(make_badge(), COLLEGE)
OLD = {"@context": [VC_1_CONTEXT]}
VALID, INVALID, UNDETERMINED = Verdict


def showing(*held, **claims) -> bytes:
    """A token of HOLDER, whose signature fits whatever it holds."""
    return token({"verifiableCredential": list(held), **claims}).encode()


def read(raw, **limits):
    return read_presentation(raw, limits=replace(ReadLimits(), **limits))


def envelope(compact, media_type="vc+jwt"):
    return {
        "@context": VC_CONTEXT,
        "type": "EnvelopedVerifiableCredential",
        "id": f"data:application/{media_type},{compact}",
    }


class TestWhatItHolds:
    @pytest.mark.parametrize(
        ("held", "claims", "verdict"),
        [
            pytest.param(BADGE, {}, VALID, id="a document"),
            pytest.param(envelope(TOKEN), {}, VALID, id="a token in an envelope"),
            pytest.param(envelope(TOKEN, "vc+ld+json+jwt"), {}, VALID, id="in one of a draft"),
            pytest.param(envelope(TOKEN, "vp+jwt"), {}, INVALID, id="in one for presentations"),
            pytest.param({**envelope(TOKEN), "@context": VC_1_CONTEXT}, {}, INVALID, id="in one on version 1.1"),
            pytest.param(TOKEN, OLD, VALID, id="a token as it stands, on version 1.1"),
            pytest.param(TOKEN, {}, INVALID, id="a token as it stands, on version 2.0"),
            pytest.param(strictjson.dumps(BADGE).decode(), {}, INVALID, id="a document as text"),
            pytest.param({**BADGE, "name": "Another"}, OLD, INVALID, id="an altered one, on version 1.1"),
        ],
    )
    def test_in_which_form(self, held, claims, verdict):
        report, code = judged(showing(held, **claims))
        assert (report.verdict, code) == (verdict, "holder.proven" if report.contents else "holder.skipped"), report

    @pytest.mark.parametrize("contexts", [[VC_CONTEXT], [VC_CONTEXT, VC_1_CONTEXT]])
    def test_no_token_is_read_as_it_stands_on_version_2(self, contexts):
        (one,) = read(showing(TOKEN, **{"@context": contexts})).credentials
        assert isinstance(one, Report)

    @pytest.mark.parametrize(
        "claims",
        [
            pytest.param({"@context": [VC_CONTEXT, "https://unknown.example/"]}, id="in words that nobody knows"),
            pytest.param({"id": "no address"}, id="with an id that is no address"),
        ],
    )
    def test_is_not_looked_at_where_the_presentation_is_not_in_order(self, claims):
        report, code = judged(showing(BADGE, **claims))
        assert (report.contents, code) == ((), "holder.skipped")
        assert report.verdict is not VALID

    def test_has_to_make_sense_by_its_own_contexts(self):
        """Its signature is over the text, and fits."""
        own = make_small(**{"@context": [VC_CONTEXT, {"VerifiableCredential": "https://a.example/"}]})
        shown = read(showing(envelope(sign_token(own, COLLEGE))), contexts=GENERIC_CONTEXTS)
        report = judge_presentation(shown, {}, now=NOW, occasion=ANYTHING)
        assert [inner.check("context").code for inner in report.contents] == ["context.unsound"]

    def test_is_bounded(self):
        assert len(read(showing(*[BADGE] * 16)).credentials) == 16
        with pytest.raises(InvalidCredentialError):
            read(showing(*[BADGE] * 17))

    def test_may_take_long_sixteen_times_and_no_more(self):
        asked = []

        def slow_path(document, limits, *, generic=False):
            asked.append(generic)
            return b""

        work = read(showing(), work=replace(ReadLimits().work, slow_path=slow_path)).presented.work
        for _ in range(16):
            work.slow_path({}, work, generic=True)
        with pytest.raises(TooComplexError):
            work.slow_path({}, work)
        assert asked == [True] * 16

    def test_shares_that_among_all_its_parts(self):
        work = replace(ReadLimits().work, slow_path=lambda *_, **__: b"")
        shown = read(showing(BADGE, envelope(TOKEN)), work=work)
        assert len({id(one.work.slow_path) for one in (shown.presented, *shown.credentials)}) == 1
        assert shown.presented.work.slow_path is not work.slow_path
        assert read(showing()).presented.work.slow_path is None


class TestWhatTheHolderSays:
    """Without a proof of its own it is as good as the signature of its holder, and only about what is the holder's."""

    SAID = make_small(issuer=HOLDER)

    @pytest.mark.parametrize(
        ("changes", "verdict"),
        [
            pytest.param({}, VALID, id="as it should be"),
            pytest.param({"validFrom": "2026-06-02T00:00:00Z"}, INVALID, id="from tomorrow"),
            pytest.param({"validUntil": "2026-05-31T00:00:00Z"}, INVALID, id="until yesterday"),
            pytest.param({"credentialStatus": make_entry()}, UNDETERMINED, id="with a list that nobody has"),
            pytest.param({"type": ["VerifiableCredential", "OpenBadgeCredential"]}, INVALID, id="a badge in name only"),
            pytest.param({"type": ["VerifiableCredential", "AchievementCredential"]}, INVALID, id="without its words"),
            pytest.param({"proof": []}, INVALID, id="with an empty list of proofs"),
            pytest.param({"proof": {}}, INVALID, id="with an empty proof"),
            pytest.param({"issuer": COLLEGE.did}, INVALID, id="in the name of somebody else"),
        ],
    )
    def test_counts(self, changes, verdict):
        report, _ = judged(showing({**self.SAID, **changes}))
        assert report.verdict is verdict, report

    @pytest.mark.parametrize(("issuer", "verdict"), [(HOLDER, VALID), (COLLEGE, INVALID)], ids=["own", "another's"])
    def test_on_version_1_1_as_well(self, issuer, verdict):
        said = {**older(make_small(issuer=issuer)), "@context": [VC_1_CONTEXT]}
        report, code = judged(showing(said, **OLD))
        assert (report.verdict, code) == (verdict, "holder.proven"), report

    @pytest.mark.parametrize(
        ("name", "code"),
        [
            pytest.param("Teaching", "schema.fits", id="well built"),
            pytest.param(REMOVED, "schema.problems", id="an achievement without a name"),
        ],
    )
    def test_is_built_as_any_badge(self, name, code):
        badge = put(make_badge(HOLDER), "/credentialSubject/achievement/name", name)
        (inner,) = judged(showing(badge))[0].contents
        assert (inner.check("schema").code, inner.check("proof").code) == (code, "proof.by-presentation")
        assert {inner.check(name).outcome for name in ("format", "context")} == {Outcome.PASSED}

    def test_is_a_credential_of_one_kind(self):
        two = make_badge(HOLDER, type=["VerifiableCredential", "OpenBadgeCredential", "EndorsementCredential"])
        report, _ = judged(showing(two))
        assert [(inner.verdict, inner.check("format").outcome) for inner in report.contents] == [
            (INVALID, Outcome.FAILED)
        ]

    def test_counts_for_whoever_signed_where_nobody_is_named(self):
        said = {**older(make_small(issuer=HOLDER)), "@context": [VC_1_CONTEXT]}
        report, code = judged(showing(said, holder=REMOVED, **OLD))
        assert (report.verdict, code) == (VALID, "holder.unnamed"), report

    def test_not_where_the_holder_did_not_sign(self):
        """Somebody else's signature, which says that it is theirs."""
        raw = strictjson.dumps(
            sign_options(
                presentation(COLLEGE.did, verifiableCredential=[make_small()]), HOLDER, proofPurpose="authentication"
            )
        )
        report, code = judged(raw)
        assert (code, [inner.verdict for inner in report.contents]) == ("holder.refused", [INVALID])

    def test_not_as_a_token_that_does_not_fit(self):
        """A token is secured by its own signature or not at all."""
        head, payload, _ = sign_token(self.SAID, HOLDER).split(".")
        report, code = judged(showing(envelope(f"{head}.{payload}.{base64url(bytes(64))}")))
        assert (report.verdict, code) == (INVALID, "holder.proven")
        assert [inner.check("proof").code for inner in report.contents] == ["proof.altered"]


class TestWhatIsAskedFor:
    BADGES = tuple(
        sign(make_credential(web_issuer(f"n{number}"), credentialStatus=make_entry(statusListCredential=url)), by)
        for number in range(16)
        for by, url in [(web_issuer(f"n{number}"), f"https://lists.example/{number}")]
    )

    def test_is_the_holder_and_what_each_credential_names(self):
        asked = presentation_needs(read(showing(*self.BADGES[:2])), {})
        lists = [Need(NeedKind.STATUS_LIST, f"https://lists.example/{number}") for number in range(2)]
        issuers = [Need(NeedKind.DID_DOCUMENT, web_issuer(f"n{number}").did) for number in range(2)]
        assert set(asked) == {*lists, *issuers}

    def test_is_bounded_over_all_rounds(self):
        shown = read(showing(*self.BADGES, holder=web_issuer().did, iss=web_issuer().did))
        evidence = {Need(NeedKind.SCHEMA, f"https://s.example/{number}"): None for number in range(10)}
        most = MAX_NEEDS_OF_PRESENTATION
        assert len(presentation_needs(shown, {})) == most
        assert len(presentation_needs(shown, evidence)) == most - 10
        evidence |= {Need(NeedKind.SCHEMA, f"https://s.example/{number}"): None for number in range(most + 5)}
        assert presentation_needs(shown, evidence) == ()

    def test_is_not_what_is_known(self):
        shown = read(showing(sign(make_credential())))
        evidence = make_evidence()
        assert {need.kind for need in presentation_needs(shown, {})} == {NeedKind.DID_DOCUMENT, NeedKind.STATUS_LIST}
        assert presentation_needs(shown, evidence) == ()

    @pytest.mark.parametrize(
        "changes", [{"type": "VerifiableCredential"}, {"@context": [VC_1_CONTEXT][1:]}], ids=["type", "context"]
    )
    def test_is_nothing_for_what_is_no_presentation(self, changes):
        document = presentation(HOLDER.did, verifiableCredential=[sign(make_credential())]) | changes
        assert presentation_needs(read(strictjson.dumps(document)), {}) == ()
        assert judged(strictjson.dumps(document))[0].contents == ()


class TestUnsigned:
    """Only what is in it is asked about."""

    def test_nobody_has_to_have_signed_it(self):
        raw = strictjson.dumps(presentation(HOLDER.did, verifiableCredential=[BADGE]))
        report, code = judged(raw, Occasion("n-1"), signed=False)
        assert (report.verdict, code) == (VALID, "holder.unsigned")
        assert judged(raw)[0].verdict is INVALID

    def test_but_a_signature_that_is_there_counts(self):
        raw = strictjson.dumps(sign_options(presentation(HOLDER.did), COLLEGE, proofPurpose="authentication"))
        assert judged(raw, signed=False)[1] == "holder.refused"

    def test_and_nobody_says_anything_in_it(self):
        raw = strictjson.dumps(presentation(HOLDER.did, verifiableCredential=[make_small(issuer=HOLDER)]))
        report, _ = judged(raw, signed=False)
        assert (report.verdict, [inner.verdict for inner in report.contents]) == (INVALID, [INVALID])
