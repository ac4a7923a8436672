"""The entry "Licences & certifications" of a LinkedIn profile.

LinkedIn no longer promises to fill its form from a link, so the same values are also given one by one, to be
copied. Its model knows a month and a year, no day: both are reckoned in the issuer's time zone.

>>> entry = ProfileEntry("Coaching", "Riverside", datetime(2026, 5, 4, tzinfo=UTC), None,
...                      "https://b.example/credentials/1", "0123456789AB")
>>> linkedin_url(entry)  # doctest: +ELLIPSIS
'https://www.linkedin.com/profile/add?startTask=CERTIFICATION_NAME&name=Coaching&organizationName=Riverside&...'
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from urllib.parse import quote, urlencode
from uuid import UUID

from app.language import ENGLISH, Language, Said, written_month
from app.web.text import line

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MAX_NAME = 100  # LinkedIn publishes no lengths; longer titles were seen to be cut
_ID_CHARACTERS = 12
_UUID_BITS = 128


@dataclass(frozen=True, slots=True)
class ProfileEntry:
    """`name` is the achievement's, never the holder's; `organization_id` the digits of the issuer's Page."""

    name: str
    organization_name: str
    issued: datetime
    expires: datetime | None
    url: str
    certificate_id: str
    zone: tzinfo = UTC
    organization_id: str | None = None


def certificate_id(credential_id: UUID) -> str:
    """The first 60 bits of `credential_id` in Crockford's base32: twelve characters, easy to read out."""
    bits = credential_id.int >> (_UUID_BITS - 5 * _ID_CHARACTERS)
    return "".join(CROCKFORD[bits >> 5 * place & 31] for place in reversed(range(_ID_CHARACTERS)))


def linkedin_url(entry: ProfileEntry) -> str:
    """The "Add to profile" address."""
    parameters = [("startTask", "CERTIFICATION_NAME"), ("name", line(entry.name, MAX_NAME))]
    parameters.append(_organization(entry))
    parameters.extend(_month("issue", entry.issued, entry.zone))
    if entry.expires is not None:
        parameters.extend(_month("expiration", entry.expires, entry.zone))
    parameters += [("certUrl", entry.url), ("certId", entry.certificate_id)]
    return "https://www.linkedin.com/profile/add?" + urlencode(parameters, quote_via=quote, safe="")


def share_url(url: str) -> str:
    """The address that starts a post; LinkedIn reads everything else from the page's own tags."""
    return "https://www.linkedin.com/sharing/share-offsite/?url=" + quote(url, safe="")


def copy_fields(entry: ProfileEntry, language: Language = ENGLISH) -> tuple[tuple[Said, str], ...]:
    """(label, value) of every field of LinkedIn's form, in its order. `language` is that of the months."""
    fields = [
        (Said("Name"), line(entry.name)),
        (Said("Issuing organization"), line(entry.organization_name)),
        (Said("Issue date"), written_month(entry.issued, entry.zone, language)),
    ]
    if entry.expires is not None:
        fields.append((Said("Expiration date"), written_month(entry.expires, entry.zone, language)))
    return (*fields, (Said("Credential ID"), entry.certificate_id), (Said("Credential URL"), entry.url))


def _organization(entry: ProfileEntry) -> tuple[str, str]:
    """The Page's id where it is known: only that gives the entry a logo."""
    page = entry.organization_id or ""
    if page.isascii() and page.isdigit():
        return "organizationId", page
    return "organizationName", line(entry.organization_name, MAX_NAME)


def _month(prefix: str, moment: datetime, zone: tzinfo) -> list[tuple[str, str]]:
    local = moment.astimezone(zone)
    return [(f"{prefix}Year", str(local.year)), (f"{prefix}Month", str(local.month))]
