"""What a public page tells search engines: a credential in the words of schema.org, as JSON-LD in its head."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final

from markupsafe import Markup

from app.verification import Conclusion
from app.web import text
from app.web.views import CredentialView

__all__ = ["structured_data"]

_MAX_DESCRIPTION: Final = 1_000
# Within a script element nothing is an entity, and `</script` or `<!--` would end or turn it: so no `<` is written.
_ESCAPED: Final = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "'": "\\u0027"})


def structured_data(view: CredentialView, state: Conclusion) -> Markup | None:
    """An `EducationalOccupationalCredential`, safe within a script element that holds data; None of what is not listed
    or not valid. The holder is left out: a search engine learns what can be earned, and that this page shows it.
    """
    if not view.listed or view.test or state is not Conclusion.VALID:
        return None
    written = json.dumps(_document(view)).translate(_ESCAPED)
    return Markup(written)  # noqa: S704 - JSON in ASCII, without anything that HTML would read


def _document(view: CredentialView) -> dict[str, Any]:
    achievement, issuer = view.achievement, view.issuer
    document = {
        "@context": "https://schema.org",
        "@type": "EducationalOccupationalCredential",
        "@id": view.url,
        "url": view.url,
        "name": text.line(achievement.name),
        "description": text.line(achievement.description, _MAX_DESCRIPTION),
        "image": view.image_url,
        "credentialCategory": str(achievement.type_label),
        "recognizedBy": {
            "@type": "Organization",
            "@id": issuer.did,
            "name": text.line(issuer.name),
            "url": text.safe_url(issuer.homepage) or issuer.url,
        },
        "inLanguage": text.language_tag(achievement.language),
        "datePublished": _day(view.awarded, view),
        "expires": _day(view.valid_until, view) if view.valid_until else None,
    }
    return {name: value for name, value in document.items() if value is not None}


def _day(moment: datetime, view: CredentialView) -> str:
    return moment.astimezone(view.zone).date().isoformat()
