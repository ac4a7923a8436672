from __future__ import annotations

import string

import pytest

from app.errors import SigningFaultError
from app.language.said import Moment
from app.verification import CHECKS, CheckResult, Outcome, Report, Verdict, require_own_output, unreachable
from app.verification.report import PRESENTATION_CHECKS, say, shown
from app.verification.words import CATALOGUE, FORMS, KINDS, LIST_DOUBTS, SUMMARIES
from tests.factories import NOW, judged, make_credential, make_subject, sign, web_issuer

P, F, U, N = Outcome.PASSED, Outcome.FAILED, Outcome.UNDETERMINED, Outcome.NOT_APPLICABLE


def report_of(*outcomes):
    checks = (CheckResult(f"check-{i}", outcome, "A title.", "", None) for i, outcome in enumerate(outcomes))
    return Report("json", tuple(checks))


def of_codes(*codes):
    values = dict.fromkeys(
        ("form", "kind", "type", "url", "count", "problems", "method", "limit", "reason", "date", "day", "claim",
         "pointer", "what", "issuer", "start", "end", "standard", "parts"),
        "x",
    )  # fmt: skip
    return Report("json", tuple(say(code, **values) for code in codes))


@pytest.mark.parametrize(
    ("outcomes", "verdict"),
    [
        pytest.param((), Verdict.UNDETERMINED, id="an empty report proves nothing"),
        pytest.param((N, N), Verdict.UNDETERMINED, id="nothing applied"),
        pytest.param((P,), Verdict.VALID, id="passed"),
        pytest.param((P, N), Verdict.VALID, id="what does not apply does not count"),
        pytest.param((P, U), Verdict.UNDETERMINED, id="one could not be checked"),
        pytest.param((P, F), Verdict.INVALID, id="one failed"),
        pytest.param((U, F, P), Verdict.INVALID, id="a failure outweighs what could not be checked"),
    ],
)
def test_the_verdict_follows_from_the_outcomes(outcomes, verdict):
    assert report_of(*outcomes).verdict is verdict


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        pytest.param((), "Nothing was checked.", id="nothing"),
        pytest.param(("proof.fits", "issuer.bound"), "This badge is genuine and valid.", id="valid"),
        pytest.param(("dates.expired",), "This badge is genuine but expired on x.", id="expired"),
        pytest.param(("dates.early",), "This badge is genuine but not valid before x.", id="not yet valid"),
        pytest.param(
            ("dates.expired", "status.revoked"), CATALOGUE["status.revoked"].summary, id="revoked before expired"
        ),
        pytest.param(
            ("schema.problems", "proof.altered"), CATALOGUE["proof.altered"].summary, id="altered before badly built"
        ),
        pytest.param(
            ("dates.expired", "printed.differs"),
            "This badge is genuine but expired on x.",
            id="expired before printed otherwise",
        ),
        pytest.param(
            ("recipient.other", "printed.differs"),
            CATALOGUE["printed.differs"].summary,
            id="printed otherwise before issued to somebody else",
        ),
        pytest.param(
            ("status.unreachable", "recipient.other"),
            "The badge is genuine but was not issued to this e-mail address.",
            id="what failed before what could not be checked",
        ),
        pytest.param(
            ("proof.fits", "trust.unrecognised"),
            "This badge is genuine and valid, but its issuer is not one that you recognise.",
            id="valid, by a stranger",
        ),
        pytest.param(
            ("dates.expired", "trust.unrecognised"),
            "This badge is genuine but expired on x.",
            id="expired, by a stranger",
        ),
    ],
)
def test_the_summary_is_the_finding_that_decides(codes, words):
    assert of_codes(*codes).summary == words


def test_a_result_without_words_of_its_own_is_summed_up_by_its_title():
    assert report_of(P, F).summary == "A title."


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_finding_has_words_that_people_can_use(code):
    words = CATALOGUE[code]
    assert code.partition(".")[0] in {*CHECKS, *PRESENTATION_CHECKS}
    assert words.title.endswith(".")
    assert words.detail
    passed = words.outcome is Outcome.PASSED
    assert not (passed and words.remedy), "nothing is to be done about what passed"
    if words.outcome in {Outcome.FAILED, Outcome.UNDETERMINED}:
        assert words.remedy
        assert words.summary
        assert words.conclusion
    remedy = words.remedy.text if words.remedy else None
    assert not set("<>") & set("".join(filter(None, (words.title, words.detail, remedy, words.summary))))
    in_summary = {name for _, name, _, _ in string.Formatter().parse(words.summary or "") if name}
    ours = {"day", "kind"} | ({"reason"} if code == "format.unreachable" else set())
    assert in_summary <= ours, "a summary quotes nothing of the badge but its dates"


def test_every_check_can_be_skipped_but_the_first():
    assert {f"{check}.skipped" for check in CHECKS[1:]} <= CATALOGUE.keys()


def test_the_catalogue_is_free_of_leftovers():
    """Each code and each fragment is said somewhere in the room."""
    from pathlib import Path

    import app.verification

    folder = Path(app.verification.__file__).parent
    source = "".join(path.read_text("utf-8") for path in folder.rglob("*.py") if path.parent.name != "words")
    said = [code for code in CATALOGUE if not code.endswith(".skipped")] + [*LIST_DOUBTS, *KINDS, *SUMMARIES]
    assert [word for word in said if f'"{word}"' not in source] == []
    carried = {f"{file}+{what}" for file in ("png", "svg", "pdf") for what in ("json", "jwt", "url")} - {"pdf+url"}
    assert {"json", "jwt", "url", "json+jwt", *carried} == set(FORMS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("did:web:example.org", "did:web:example.org", id="plain"),
        pytest.param("a\x00b\nc\u202ed\u200be", "abcde", id="control, direction and invisible characters"),
        pytest.param("x" * 200, "x" * 200, id="at the bound"),
        pytest.param("x" * 201, "x" * 199 + "…", id="past the bound"),
        pytest.param("{issuer}", "{issuer}", id="braces are not filled in again"),
    ],
)
def test_foreign_text_is_bounded_and_harmless(text, expected):
    assert shown(text) == expected
    assert f"“{expected}”" in say("issuer.bound", issuer=text).detail


def test_times_are_told_in_utc():
    assert Moment(NOW) == "10 May 2026 at 12:00 UTC"


def test_check_finds_by_name():
    report = judged(sign(make_credential()))
    assert report.check("proof").code == "proof.fits"
    with pytest.raises(KeyError):
        report.check("colour")


def test_own_output_may_lack_its_status_list():
    require_own_output(judged(sign(make_credential())))
    require_own_output(judged(sign(make_credential()), web_issuer().evidence))


@pytest.mark.parametrize(
    ("document", "evidence"),
    [
        pytest.param(make_credential(), None, id="unsigned"),
        pytest.param({**sign(make_credential()), "name": "Other"}, None, id="altered"),
        pytest.param(sign(make_credential(validUntil="2026-05-04T10:00:00Z")), None, id="expired"),
        pytest.param(sign(make_credential()), {}, id="keys out of reach"),
        pytest.param({"type": "Something"}, None, id="not a badge"),
    ],
)
def test_own_output_has_to_pass(document, evidence):
    with pytest.raises(SigningFaultError):
        require_own_output(judged(document, evidence))


def test_only_the_status_may_be_open():
    nameless = make_subject(identifier=make_subject()["identifier"][:1])
    with pytest.raises(SigningFaultError, match="recipient"):
        require_own_output(judged(sign(make_credential(credentialSubject=nameless)), email="amina@riverside.example"))


def test_own_output_has_to_be_checked_at_all():
    checks = tuple(say(f"{check}.skipped") for check in CHECKS[1:])
    with pytest.raises(SigningFaultError, match="not checked to the end"):
        require_own_output(Report("json", checks))


def test_a_badge_that_could_not_be_had():
    report = unreachable("https://a.example/1", "There is no badge at this address.")
    assert report.verdict is Verdict.UNDETERMINED
    assert report.summary == "This badge could not be checked: There is no badge at this address."
    assert [check.id for check in report.checks] == list(CHECKS)
    assert report.credential is None
