"""What a holder takes away from the page of a credential: files, its address, and words to show it elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from markupsafe import Markup

from app.language import Language, Said, said, told
from app.services.previews import shows_names
from app.verification import Conclusion
from app.web import text
from app.web.linkedin import copy_fields, linkedin_url, share_url
from app.web.views import CredentialView
from app.web.visitor import Visitor

__all__ = ["Form", "LinkedIn", "Taking", "has_reminder", "taking"]

_MAX_NAME: Final = 120
_SIGNATURE_PIXELS: Final = 96
# As mail programs write it themselves: no sheet of style would survive.
_SIGNATURE: Final = Markup(
    '<a href="{url}"><img src="{url}.png" alt="{alt}" width="{pixels}" height="{pixels}" border="0"></a><br>\n'
    '<a href="{url}" dir="auto">{words}</a>'
)
_EMBED: Final = Markup(
    '<iframe src="{url}/embed" title="{title}" width="420" height="280" loading="lazy"'
    ' style="border:0;max-width:100%"></iframe>'
)


@dataclass(frozen=True, slots=True)
class Form:
    """One form in which a credential can be taken away."""

    url: str
    media_type: str
    label: Said
    note: Said


@dataclass(frozen=True, slots=True)
class LinkedIn:
    """`add` and `share` are addresses there. `fields` are those of its form, and `post` is a text: it fills in neither
    for sure.
    """

    add: str
    share: str
    fields: tuple[tuple[Said, str], ...]
    post: str


@dataclass(frozen=True, slots=True)
class Taking:
    """What the page offers. `linkedin` and `signature`, which is HTML for e-mails, are for what holds and is no test:
    None for others. `reminder` is the address of the day of expiry for calendars, if there is one to wait for. `embed`
    is HTML for pages, of what a card on them may name. `twin` is the address of the same in Open Badges 2.0.
    """

    forms: tuple[Form, ...]
    codes: tuple[Form, ...]
    twin: str | None
    reminder: str | None
    linkedin: LinkedIn | None
    signature: str | None
    embed: str | None


_FORMS: Final[Mapping[str, tuple[str, Said, Said]]] = MappingProxyType({
    "png": ("image/png", Said("Badge image (PNG)"), Said("For wallets, e-mail and documents")),
    "svg": ("image/svg+xml", Said("Badge image (SVG)"), Said("Sharp at every size")),
    "pdf": ("application/pdf", Said("Certificate (PDF)"), Said("To print or to attach")),
    "json": ("application/vc", Said("Signed document (JSON)"), Said("For wallets and verifiers")),
    "jwt": ("application/vc+jwt", Said("Signed token (JWT)"), Said("For verifiers that ask for it")),
})  # fmt: skip
_CODES: Final[Mapping[str, tuple[str, Said, Said]]] = MappingProxyType({
    "png": ("image/png", Said("QR code (PNG)"), Said("Leads from paper and slides to this page")),
    "svg": ("image/svg+xml", Said("QR code (SVG)"), Said("The same, sharp at every size")),
})  # fmt: skip


def taking(view: CredentialView, state: Conclusion, visitor: Visitor) -> Taking:
    """Of a credential whose content may be shown."""
    holds = state is Conclusion.VALID and not view.test
    return Taking(
        forms=_forms(view, visitor),
        codes=tuple(Form(f"{view.url}/qr.{suffix}", *known) for suffix, known in _CODES.items()),
        twin=view.twin_url if shows_names(state) else None,
        reminder=visitor.link(f"{view.url}/expiry.ics") if has_reminder(view, state) else None,
        linkedin=_linkedin(view, visitor.language) if holds else None,
        signature=_signature(view, visitor.language) if holds else None,
        embed=_embed(view, visitor.language) if shows_names(state) else None,
    )


def has_reminder(view: CredentialView, state: Conclusion) -> bool:
    """Whether there is a day to be reminded of: while it is valid, and if it expires at all."""
    return view.valid_until is not None and state in (Conclusion.VALID, Conclusion.TEST)


def _forms(view: CredentialView, visitor: Visitor) -> tuple[Form, ...]:
    """The certificate speaks the language of the page, which is the issuer's unless the address says otherwise."""
    known = (suffix for suffix in view.formats if suffix in _FORMS)
    spoken = "" if visitor.language is visitor.home else f"?lang={visitor.language.tag}"
    return tuple(Form(f"{view.url}.{suffix}{spoken * (suffix == 'pdf')}", *_FORMS[suffix]) for suffix in known)


def _linkedin(view: CredentialView, language: Language) -> LinkedIn:
    entry = view.profile_entry
    return LinkedIn(
        add=linkedin_url(entry),
        share=share_url(view.url),
        fields=copy_fields(entry, language),
        post=_post(view, language),
    )


def _post(view: CredentialView, language: Language) -> str:
    """The address stands on a line of its own: a sentence in Arabic would mark where it ends."""
    earned = said(
        "I earned the badge “{achievement}” from {issuer}. Anyone can check it at this address:",
        achievement=text.line(view.achievement.name, _MAX_NAME),
        issuer=text.line(view.issuer.name, _MAX_NAME),
    )
    return f"{told(earned, language)}\n{view.url}"


def _signature(view: CredentialView, language: Language) -> str:
    name, issuer = text.line(view.achievement.name, _MAX_NAME), text.line(view.issuer.name, _MAX_NAME)
    words = said("{achievement}, awarded by {issuer}", achievement=name, issuer=issuer)
    alt = text.line(view.achievement.image_alt) or told(said("Badge: {achievement}", achievement=name), language)
    return str(_SIGNATURE.format(url=view.url, alt=alt, pixels=_SIGNATURE_PIXELS, words=told(words, language)))


def _embed(view: CredentialView, language: Language) -> str:
    """Without a language: the card is told in that of whoever looks at it."""
    title = said("Badge: {achievement}", achievement=text.line(view.achievement.name, _MAX_NAME))
    return str(_EMBED.format(url=view.url, title=told(title, language)))
