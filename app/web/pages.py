"""The pages: values in, HTML text out. No page looks anything up, and none holds script or style of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from app.language import Language, Said, said, told, written_day
from app.services.given_receipts import GivenReceipt
from app.services.previews import PREVIEW_SIZE, shows_names
from app.verification import Conclusion, Report
from app.web import text
from app.web.banner import LOOKS, Look, may_show_content, passed
from app.web.claims import claims_of
from app.web.given_receipts import receipt_view
from app.web.reference import Reference
from app.web.structured import structured_data
from app.web.taking import taking
from app.web.views import AchievementView, CredentialView, IssuerView
from app.web.visitor import IN_ENGLISH, Visitor
from app.web.writing import write

MAX_PASTED = 20_000
MAX_FILE = 5 * 1_048_576
_MAX_DESCRIPTION = 290  # previews are cut at about 300 characters
_MAX_TITLE = 120


@dataclass(frozen=True, slots=True)
class Preview:
    """What other sites show of the page: its title, a sentence, and a picture."""

    title: str
    description: str
    image_url: str
    image_alt: str


_TEST, _EXPIRED = Said("Test credential:"), Said("Expired:")


def credential_page(view: CredentialView, report: Report, visitor: Visitor = IN_ENGLISH) -> str:
    """A credential's own page. Content that the report does not vouch for is left out altogether."""
    state, shown = report.conclusion, may_show_content(report)
    take = taking(view, state, visitor) if shown else None
    return write(
        "credential.html",
        visitor,
        view=view,
        report=report,
        state=state,
        look=_look(view, state),
        shown=shown,
        preview=_preview(view, state, visitor.language),
        preview_size=PREVIEW_SIZE,
        endorsements=[_judged(inner, visitor.language) for inner in report.endorsements],
        take=take,
        forms=take.forms if take else (),
        structured=structured_data(view, state) if shown else None,
        domain=did_web_domain(view.issuer.did),
        domain_proven=passed(report, "proof") and passed(report, "issuer"),
    )


def embed_page(view: CredentialView, report: Report, visitor: Visitor = IN_ENGLISH) -> str:
    """A credential as a card within somebody else's page. Names only while they hold, as in previews."""
    state = report.conclusion
    named = shows_names(state) and may_show_content(report)
    look = _look(view, state)
    title = text.line(view.achievement.name, _MAX_TITLE) if named else said("Credential: {state}", state=look.word)
    return write("embed.html", visitor, view=view, look=look, named=named, title=title)


def empty_embed_page(words: Said, visitor: Visitor = IN_ENGLISH) -> str:
    """The same where there is no credential to show."""
    return write("embed.html", visitor, view=None, title=words)


def achievement_page(view: AchievementView, visitor: Visitor = IN_ENGLISH) -> str:
    """What can be earned, and how."""
    words = said("{achievement}, offered by {issuer}", achievement=view.achievement.name, issuer=view.issuer.name)
    return write(
        "achievement.html",
        visitor,
        view=view,
        domain=did_web_domain(view.issuer.did),
        preview_size=PREVIEW_SIZE,
        preview_alt=text.line(told(words, visitor.language)),
    )


def issuer_page(view: IssuerView, visitor: Visitor = IN_ENGLISH) -> str:
    """Who issues, what, and with which keys."""
    domain = did_web_domain(view.issuer.did)
    return write("issuer.html", visitor, view=view, domain=domain, preview_size=PREVIEW_SIZE)


def verify_page(
    report: Report | None = None,
    *,
    visitor: Visitor = IN_ENGLISH,
    checked_at: datetime | None = None,
    problem: str | None = None,
    pasted: str = "",
    receipt: str | None = None,
    most_bytes: int = MAX_FILE,
) -> str:
    """The form, after the result of what was sent, or after the `problem` that kept it from being read.

    `checked_at` is required with a report. `pasted` fills the text field again; an e-mail address never is.
    `receipt` is the signed receipt of the result, which the page holds for whoever wants to keep it. `most_bytes` are
    those that a file may have.
    """
    form = {**_form(most_bytes), "given": None}
    if report is None:
        return write("verify.html", visitor, report=None, problem=problem, pasted=pasted[:MAX_PASTED], **form)
    if checked_at is None:
        raise ValueError("a report is shown with the moment at which it was made")
    return write(
        "verify.html",
        visitor,
        problem=problem,
        pasted="",
        checked_at=checked_at,
        receipt=receipt,
        **form,
        **_judged(report, visitor.language),
    )


def given_receipt_page(found: GivenReceipt, *, visitor: Visitor = IN_ENGLISH, most_bytes: int = MAX_FILE) -> str:
    """The form, after what there is to say of a receipt that was handed in there."""
    view = receipt_view(found, visitor.language)
    return write("verify.html", visitor, report=None, problem=None, pasted="", given=view, **_form(most_bytes))


def _form(most_bytes: int) -> dict[str, Any]:
    return {"most_bytes": most_bytes, "megabytes": megabytes(most_bytes)}


def megabytes(most_bytes: int) -> str:
    """A limit in megabytes, with one digit after the point, rounded down: `5`, `0.5`."""
    return f"{10 * most_bytes // 1_048_576 / 10:g}"


def _judged(report: Report, language: Language) -> dict[str, Any]:
    """A report as a page shows it, and those on what is inside likewise."""
    shown = may_show_content(report)
    return {
        "report": report,
        "look": LOOKS[report.conclusion],
        "shown": shown,
        "claims": claims_of(report, language) if shown else (),
        "endorsements": [_judged(inner, language) for inner in report.endorsements],
        "contents": [_judged(inner, language) for inner in report.contents],
    }


def home_page(base_url: str = "", visitor: Visitor = IN_ENGLISH) -> str:
    """The front page. `base_url` is the public address, without a trailing slash."""
    return write("home.html", visitor, base_url=base_url)


def reference_page(found: Reference) -> str:
    """The API reference."""
    return write("reference.html", reference=found)


def problem_page(
    status: int, title: str, detail: str, *, request_id: str | None = None, visitor: Visitor = IN_ENGLISH
) -> str:
    """An error, for people: 404, 410, 429, 500 and the others."""
    return write("problem.html", visitor, status=status, title=title, detail=detail, request_id=request_id)


def problem_type_page(code: str, title: str, explanation: str, *, status: int | None = None) -> str:
    """What `/problems/{code}` answers. `explanation` is Markdown."""
    return write("problem_type.html", code=code, title=title, explanation=explanation, status=status)


def did_web_domain(did: str) -> str | None:
    """The host (and port) that a did:web names; None for every other method."""
    method = "did:web:"
    return text.line(unquote(did.removeprefix(method).split(":")[0])) if did.startswith(method) else None


def _look(view: CredentialView, state: Conclusion) -> Look:
    """A test credential never wears the plain colours of a real one, not even in a cut-out screenshot."""
    look = LOOKS[state]
    if state is Conclusion.TEST:
        return look
    return Look(said("{state}, but only a test", state=look.word), "flask", "warn") if view.test else look


def _preview(view: CredentialView, state: Conclusion, language: Language) -> Preview:
    """Names only while they hold: those who fetch a preview keep it for days."""
    if state not in (Conclusion.VALID, Conclusion.EXPIRED, Conclusion.TEST):
        word = LOOKS[state].word
        title = told(said("Credential: {state}", state=word), language)
        sentence = said("{state}. Open the page to see why, and how it was checked.", state=word)
        return Preview(title, told(sentence, language), view.preview_url, title)
    name, issuer = text.line(view.achievement.name, _MAX_TITLE), text.line(view.issuer.name, _MAX_TITLE)
    holder = text.line(view.recipient_name, _MAX_TITLE)
    marks = [_TEST] * view.test + [_EXPIRED] * (state is Conclusion.EXPIRED)
    mark = "".join(told(word, language) + " " for word in marks)
    day = written_day(view.awarded, view.zone, language)
    if holder:
        awarded = said("Awarded to {holder} by {issuer} on {day}.", holder=holder, issuer=issuer, day=day)
    else:
        awarded = said("Awarded by {issuer} on {day}.", issuer=issuer, day=day)
    alt = said("{achievement}, awarded by {issuer}", achievement=name, issuer=issuer)
    return Preview(
        title=mark + (f"{name} – {holder}" if holder else name),
        description=text.line(f"{mark}{told(awarded, language)} {view.achievement.description}", _MAX_DESCRIPTION),
        image_url=view.preview_url,
        image_alt=text.line(mark + told(alt, language)),
    )
