"""Which form of a resource to answer with (RFC 9110 section 12.5.1), and whether to send it (section 13.1.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.errors import NotAcceptableError

_MAX_RANGES = 32


@dataclass(frozen=True, slots=True)
class Form:
    """One way to show a resource: its name among the forms, and the media type to be sent."""

    name: str
    media_type: str


PAGE = Form("page", "text/html")
CREDENTIAL_FORMS = (
    PAGE,
    Form("json", "application/vc"),
    Form("json", "application/ld+json"),
    Form("json", "application/json"),
    Form("json", "application/vc+ld+json"),
    Form("jwt", "application/vc+jwt"),
    Form("jwt", "text/plain"),
)
PROFILE_FORMS = (PAGE, Form("json", "application/ld+json"), Form("json", "application/json"))
LIST_FORMS = (
    Form("json", "application/vc"),
    Form("json", "application/ld+json"),
    Form("json", "application/json"),
    Form("json", "application/vc+ld+json"),
    Form("jwt", "application/vc+jwt"),
    Form("jwt", "text/plain"),
)


def choose(accept: str | None, forms: Sequence[Form], *, without_header: Form) -> Form:
    """The form that `accept` weighs highest; at equal weight the more exactly named one, then the earlier one.

    So `*/*` (crawlers) and `text/html` get the page where there is one. Raises NotAcceptableError when all weigh
    nothing.
    """
    if accept is None or not accept.strip():
        return without_header
    ranges = [_range(part) for part in accept.split(",")[:_MAX_RANGES] if part.strip()]
    weighed = [(_weight(form.media_type, ranges), -place, form) for place, form in enumerate(forms)]
    (quality, _), _, best = max(weighed, key=lambda item: item[:2])
    if quality <= 0:
        names = ", ".join(dict.fromkeys(form.media_type for form in forms))
        raise NotAcceptableError(f"This address can answer with {names}.")
    return best


def has_it(if_none_match: str, tag: str) -> bool:
    """Whether the asker has what bears `tag` (in its quotes), as the If-None-Match header says. Compared weakly."""
    return if_none_match.strip() == "*" or tag in [part.strip().removeprefix("W/") for part in if_none_match.split(",")]


def _range(part: str) -> tuple[str, float]:
    media_range, *parameters = (piece.strip().lower() for piece in part.split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            return media_range, _quality(value.strip())
    return media_range, 1.0


def _quality(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if 0.0 <= value <= 1.0 else 0.0


def _weight(media_type: str, ranges: Sequence[tuple[str, float]]) -> tuple[float, int]:
    """(quality, exactness) of the most exact range that covers `media_type`."""
    kind = media_type.split("/", maxsplit=1)[0]
    for exactness, name in ((2, media_type), (1, f"{kind}/*"), (0, "*/*")):
        for media_range, quality in ranges:
            if media_range == name:
                return quality, exactness
    return 0.0, -1
