"""The pages: values in, HTML text out. No page looks anything up, and none holds script or inline style."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jinja2
from markupsafe import Markup

from app.language import written_day
from app.openbadges import CardItem, completeness
from app.services.previews import PREVIEW_SIZE
from app.verification import Conclusion, Report
from app.web import dates, text
from app.web.assets import static_url
from app.web.banner import ACTORS, LOOKS, OUTCOMES, Look, may_show_content, passed
from app.web.claims import claims_of
from app.web.linkedin import copy_fields, linkedin_url, share_url
from app.web.reference import Reference
from app.web.views import AchievementView, CredentialView, IssuerView

MAX_PASTED = 20_000
_MAX_DESCRIPTION = 290  # previews are cut at about 300 characters
_MAX_TITLE = 120


@dataclass(frozen=True, slots=True)
class Form:
    """One form in which a credential can be taken away."""

    url: str
    media_type: str
    label: str
    note: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What other sites show of the page: its title, a sentence, and a picture."""

    title: str
    description: str
    image_url: str
    image_alt: str


_FORMS = {
    "png": ("image/png", "Badge image (PNG)", "For wallets, e-mail and documents"),
    "svg": ("image/svg+xml", "Badge image (SVG)", "Sharp at every size"),
    "pdf": ("application/pdf", "Certificate (PDF)", "To print or to attach"),
    "json": ("application/vc", "Signed document (JSON)", "For wallets and verifiers"),
    "jwt": ("application/vc+jwt", "Signed token (JWT)", "For verifiers that ask for it"),
}


def credential_page(view: CredentialView, report: Report) -> str:
    """A credential's own page. Content that the report does not vouch for is left out altogether."""
    state, shown = report.conclusion, may_show_content(report)
    return _render(
        "credential.html",
        view=view,
        report=report,
        state=state,
        look=_look(view, state),
        shown=shown,
        preview=_preview(view, state),
        preview_size=PREVIEW_SIZE,
        endorsements=[_judged(inner) for inner in report.endorsements],
        forms=_forms(view) if shown else (),
        domain=did_web_domain(view.issuer.did),
        domain_proven=passed(report, "proof") and passed(report, "issuer"),
        linkedin=linkedin_url(view.profile_entry),
        share=share_url(view.url),
        copies=copy_fields(view.profile_entry),
    )


def achievement_page(view: AchievementView) -> str:
    """What can be earned, and how."""
    return _render("achievement.html", view=view, domain=did_web_domain(view.issuer.did))


def issuer_page(view: IssuerView) -> str:
    """Who issues, what, and with which keys."""
    return _render("issuer.html", view=view, domain=did_web_domain(view.issuer.did))


def verify_page(
    report: Report | None = None,
    *,
    checked_at: datetime | None = None,
    problem: str | None = None,
    pasted: str = "",
    receipt: str | None = None,
) -> str:
    """The form, after the result of what was sent, or after the `problem` that kept it from being read.

    `checked_at` is required with a report. `pasted` fills the text field again; an e-mail address never is.
    `receipt` is the signed receipt of the result, which the page holds for whoever wants to keep it.
    """
    if report is None:
        return _render("verify.html", report=None, problem=problem, pasted=pasted[:MAX_PASTED])
    if checked_at is None:
        raise ValueError("a report is shown with the moment at which it was made")
    return _render(
        "verify.html",
        problem=problem,
        pasted="",
        checked_at=checked_at,
        receipt=receipt,
        **_judged(report),
    )


def _judged(report: Report) -> dict[str, Any]:
    """A report as a page shows it, and those on what is inside likewise."""
    shown = may_show_content(report)
    return {
        "report": report,
        "look": LOOKS[report.conclusion],
        "shown": shown,
        "claims": claims_of(report) if shown else (),
        "endorsements": [_judged(inner) for inner in report.endorsements],
        "contents": [_judged(inner) for inner in report.contents],
    }


def home_page(base_url: str = "") -> str:
    """The front page. `base_url` is the public address, without a trailing slash."""
    return _render("home.html", base_url=base_url)


def reference_page(found: Reference) -> str:
    """The API reference."""
    return _render("reference.html", reference=found)


def problem_page(status: int, title: str, detail: str, *, request_id: str | None = None) -> str:
    """An error, for people: 404, 410, 429, 500 and the others."""
    return _render("problem.html", status=status, title=title, detail=detail, request_id=request_id)


def problem_type_page(code: str, title: str, explanation: str, *, status: int | None = None) -> str:
    """What `/problems/{code}` answers. `explanation` is Markdown."""
    return _render("problem_type.html", code=code, title=title, explanation=explanation, status=status)


def did_web_domain(did: str) -> str | None:
    """The host (and port) that a did:web names; None for every other method."""
    method = "did:web:"
    return text.line(unquote(did.removeprefix(method).split(":")[0])) if did.startswith(method) else None


def _look(view: CredentialView, state: Conclusion) -> Look:
    """A test credential never wears the plain colours of a real one, not even in a cut-out screenshot."""
    look = LOOKS[state]
    if state is Conclusion.TEST:
        return look
    return Look(f"{look.word}, but only a test", "flask", "warn") if view.test else look


def _forms(view: CredentialView) -> tuple[Form, ...]:
    known = (suffix for suffix in view.formats if suffix in _FORMS)
    return tuple(Form(f"{view.url}.{suffix}", *_FORMS[suffix]) for suffix in known)


def _preview(view: CredentialView, state: Conclusion) -> Preview:
    """Names only while they hold: those who fetch a preview keep it for days."""
    if state not in (Conclusion.VALID, Conclusion.EXPIRED, Conclusion.TEST):
        word = LOOKS[state].word
        sentence = f"{word}. Open the page to see why, and how it was checked."
        return Preview(f"Credential: {word.lower()}", sentence, view.preview_url, f"Credential: {word.lower()}")
    name, issuer = text.line(view.achievement.name, _MAX_TITLE), text.line(view.issuer.name, _MAX_TITLE)
    holder = text.line(view.recipient_name, _MAX_TITLE)
    mark = ("Test credential: " if view.test else "") + ("Expired: " if state is Conclusion.EXPIRED else "")
    awarded = written_day(view.awarded, view.zone)
    told = f"Awarded {f'to {holder} ' if holder else ''}by {issuer} on {awarded}. {view.achievement.description}"
    return Preview(
        title=mark + (f"{name} – {holder}" if holder else name),
        description=text.line(mark + told, _MAX_DESCRIPTION),
        image_url=view.preview_url,
        image_alt=text.line(f"{mark}{name}, awarded by {issuer}"),
    )


def _render(template: str, **values: Any) -> str:
    return _TEMPLATES.get_template(template).render(**values)


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals.update(static=static_url, actors=ACTORS, outcomes=OUTCOMES)
    environment.filters.update(
        line=text.line,
        name=text.name,
        paragraphs=text.paragraphs,
        markdown=text.markdown,
        kept_markdown=text.kept_markdown,
        safe_url=text.safe_url,
        host=text.host_of,
        lang=_lang,
        language_name=text.language_name,
        day=_day,
        moment=dates.written_moment,
        completeness=_completeness,
        trusted=Markup,
    )
    return environment


def _lang(tag: object) -> Markup:
    """` lang="fr"`, or nothing: the page itself is in English."""
    known = text.language(tag)
    return Markup(' lang="{}"').format(known) if known else Markup()


def _day(moment: datetime, zone: tzinfo) -> Markup:
    return dates.written_day(moment, zone)


def _completeness(card: Sequence[CardItem]) -> tuple[int, int]:
    return completeness(card)


_TEMPLATES = _environment()
