"""The addresses of one deployment: what badges carry for ever, and the way back from an address to a row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, urlsplit
from uuid import UUID

from app.errors import InvalidKeyError
from app.signing import did_web, did_web_url

_CREDENTIAL = re.compile(r"/credentials/([0-9a-f-]{36})(?:\.(?:json|jwt|png|svg|pdf))?")
_ACHIEVEMENT = re.compile(r"/achievements/([0-9a-f-]{36})")
_VC_STATUS_LIST = re.compile(r"/vc-api/status/([0-9a-f-]{36})")
_STATUS_LIST = re.compile(r"/status/([0-9a-f-]{36})")
_ASSERTION = re.compile(r"/credentials/([0-9a-f-]{36})/assertion\.json")
_BADGE_CLASS = re.compile(r"/achievements/([0-9a-f-]{36})/revisions/([1-9][0-9]{0,8})/badge-class\.json")
_PROFILE_2 = re.compile(r"/issuers/([a-z0-9-]{1,64})/profile-2\.json")
_KEY = re.compile(r"/issuers/([a-z0-9-]{1,64})/keys/([A-Za-z0-9_-]{1,64})")


@dataclass(frozen=True, slots=True)
class Site:
    """`base_url` is scheme, host and port, without a trailing slash."""

    base_url: str

    def credential(self, credential_id: UUID) -> str:
        return f"{self.base_url}/credentials/{credential_id}"

    def achievement(self, achievement_id: UUID) -> str:
        return f"{self.base_url}/achievements/{achievement_id}"

    def achievement_image(self, achievement_id: UUID) -> str:
        return f"{self.base_url}/achievements/{achievement_id}/image.png"

    def issuer(self, slug: str) -> str:
        return f"{self.base_url}/issuers/{quote(slug)}"

    def issuer_logo(self, slug: str) -> str:
        return f"{self.issuer(slug)}/logo.png"

    def did(self, slug: str) -> str:
        return did_web(self.base_url, "issuers", slug)

    @property
    def own_did(self) -> str:
        """The DID of the service itself, whose document is at /.well-known/did.json."""
        return _own_did(self.base_url)

    def key(self, slug: str, kid: str) -> str:
        return f"{self.issuer(slug)}/keys/{kid}"

    def status_list(self, list_id: UUID) -> str:
        return f"{self.base_url}/status/{list_id}"

    def assertion(self, credential_id: UUID) -> str:
        """Where the twin of a credential is hosted (docs/open-badges-2.md), as the two after it."""
        return f"{self.credential(credential_id)}/assertion.json"

    @property
    def assertions(self) -> str:
        """What the addresses of all assertions begin with, and of nothing else that could be taken for one."""
        return f"{self.base_url}/credentials/"

    def badge_class(self, achievement_id: UUID, revision: int) -> str:
        return f"{self.achievement(achievement_id)}/revisions/{revision}/badge-class.json"

    def profile_2(self, slug: str) -> str:
        return f"{self.issuer(slug)}/profile-2.json"

    def vc_instance(self, slug: str, name: str) -> str:
        """Where an instance of the VC-API is; its endpoints lie below."""
        return f"{self.base_url}/vc-api/issuers/{quote(slug)}/{name}"

    def vc_status_list(self, list_id: UUID) -> str:
        return f"{self.base_url}/vc-api/status/{list_id}"

    def problem(self, code: str) -> str:
        return f"{self.base_url}/problems/{code}"

    def credential_at(self, url: str) -> UUID | None:
        """The credential whose page, signed file or image has this address; None for any other address."""
        return self._uuid(_CREDENTIAL, url)

    def achievement_at(self, url: str) -> UUID | None:
        return self._uuid(_ACHIEVEMENT, url)

    def status_list_at(self, url: str) -> UUID | None:
        return self._uuid(_STATUS_LIST, url)

    def vc_status_list_at(self, url: str) -> UUID | None:
        return self._uuid(_VC_STATUS_LIST, url)

    def assertion_at(self, url: str) -> UUID | None:
        return self._uuid(_ASSERTION, url)

    def badge_class_at(self, url: str) -> tuple[UUID, int] | None:
        """(achievement, number of its revision) of the address of a badge class of ours."""
        match = _BADGE_CLASS.fullmatch(self._path(url) or "")
        achievement_id = _read_uuid(match[1]) if match else None
        return (achievement_id, int(match[2])) if match and achievement_id else None

    def profile_2_at(self, url: str) -> str | None:
        """The issuer slug in the address of a Profile of version 2 of ours."""
        match = _PROFILE_2.fullmatch(self._path(url) or "")
        return match[1] if match else None

    def key_at(self, url: str) -> tuple[str, str] | None:
        """(issuer slug, kid) of a key address of ours."""
        match = _KEY.fullmatch(self._path(url) or "")
        return (match[1], match[2]) if match else None

    def slug_of(self, did: str) -> str | None:
        """The issuer slug in a DID of this deployment."""
        prefix = _did_prefix(self.base_url)
        return did.removeprefix(prefix) if did.startswith(prefix) else None

    def would_hold(self, did: str) -> bool:
        """Whether this deployment is where the document of the did:web would be, if there were one."""
        try:
            return self.is_ours(did_web_url(did, scheme=self.base_url.partition(":")[0]))
        except InvalidKeyError:  # another method, or none that anybody could resolve
            return False

    def is_ours(self, url: str) -> bool:
        return self._path(url) is not None

    def _uuid(self, pattern: re.Pattern[str], url: str) -> UUID | None:
        ours = url.startswith(self.base_url)  # as we write it, which nearly all are; taking it apart takes longer
        match = (pattern.fullmatch(url, len(self.base_url)) if ours else None) or pattern.fullmatch(
            self._path(url) or ""
        )
        return _read_uuid(match[1]) if match else None

    def _path(self, url: str) -> str | None:
        """The path, if the address is on this deployment; query and fragment do not matter here."""
        try:
            ours, theirs = urlsplit(self.base_url), urlsplit(url)
            same = (ours.scheme, ours.hostname, ours.port) == (theirs.scheme, theirs.hostname, theirs.port)
        except ValueError:
            return None
        return theirs.path.rstrip("/") if same and theirs.username is None else None


def _read_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@lru_cache(maxsize=8)
def _own_did(base_url: str) -> str:
    return did_web(base_url)


@lru_cache(maxsize=8)
def _did_prefix(base_url: str) -> str:
    """What the DIDs of all issuers begin with. Asked for with every verification."""
    return did_web(base_url, "issuers") + ":"
