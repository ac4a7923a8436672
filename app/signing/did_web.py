"""did:web: an identifier that is a web address in another spelling (W3C CCG did:web).

    did:web:example.org                         https://example.org/.well-known/did.json
    did:web:localhost%3A8000:issuers:academy    https://localhost:8000/issuers/academy/did.json

Strangers write these identifiers, and the address is fetched: so every part is checked against what the
method allows, and nothing in it can end up as credentials, another host, another port or a step up the path.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, unquote_to_bytes, urlsplit

from app.errors import ConfigurationError, InvalidKeyError

_PREFIX: Final = "did:web:"
_MAX_LENGTH: Final = 1_024
_MAX_HOST: Final = 253
_MAX_PORT: Final = 65_535
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST_AND_PORT: Final = re.compile(rf"((?:{_LABEL}\.)*{_LABEL})(?:%3[Aa]([1-9][0-9]{{0,4}}))?", re.ASCII)
_IPV4: Final = re.compile(r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?!$)|$)){4}", re.ASCII)
# A last label that is a number makes clients read the whole host as an IPv4 address (WHATWG URL 3.5).
_NUMERIC_LABEL: Final = re.compile(r"(?:[0-9]+|0[Xx][0-9A-Fa-f]*)", re.ASCII)
_SEGMENT: Final = re.compile(r"(?:[A-Za-z0-9._-]|%[0-9A-Fa-f]{2})+", re.ASCII)  # DID Core 3.1, idchar
_FORBIDDEN_IN_SEGMENT: Final = re.compile(r"[\x00-\x20/\\?#%:@\x7f]")


def did_web(base_url: str, *path: str) -> str:
    """The did:web whose document lies under `base_url` and `path`.

    Raises ConfigurationError when `base_url` has what a did:web cannot say: credentials, a query, or an IP
    address (IPv4 passes under http, that is in development).
    """
    try:
        parts = urlsplit(base_url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ConfigurationError("The public URL is not a web address.") from None
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc or parts.query or parts.fragment:
        raise ConfigurationError("The public URL needs the form https://host[:port][/path].")
    segments = [*(segment for segment in parts.path.split("/") if segment), *map(_quoted, path)]
    authority = host if port is None else f"{host}%3A{port}"
    did = _PREFIX + ":".join([authority, *segments])
    try:
        did_web_url(did, scheme=parts.scheme)
    except InvalidKeyError as error:
        raise ConfigurationError(f"The public URL cannot be written as a did:web. {error.message}") from None
    return did


def did_web_url(did: str, *, scheme: str = "https") -> str:
    """The address of the DID document. `scheme="http"`, for development, also lets IPv4 addresses pass.

    Raises InvalidKeyError when `did` is not a well-formed did:web; one with a fragment is a
    DID URL.
    """
    if len(did) > _MAX_LENGTH or not did.startswith(_PREFIX):
        raise InvalidKeyError("This is not a did:web identifier.")
    authority, *segments = did.removeprefix(_PREFIX).split(":")
    place = _authority(authority, addresses=scheme == "http")
    for segment in segments:
        _require_safe_segment(segment)
    path = "/".join(segments) or ".well-known"
    return f"{scheme}://{place}/{path}/did.json"


def _authority(text: str, *, addresses: bool) -> str:
    match = _HOST_AND_PORT.fullmatch(text)
    if match is None or len(match[1]) > _MAX_HOST or int(match[2] or 1) > _MAX_PORT:
        raise InvalidKeyError("A did:web has to name a host, and its port, if any, as %3A and a number.")
    host = match[1].lower()
    is_number = _NUMERIC_LABEL.fullmatch(host.rpartition(".")[2])
    if is_number and not (addresses and _IPV4.fullmatch(host)):
        raise InvalidKeyError("A did:web must not name an IP address.")
    return f"{host}:{match[2]}" if match[2] else host


def _require_safe_segment(segment: str) -> None:
    if not _SEGMENT.fullmatch(segment):
        raise InvalidKeyError("A part of a did:web is empty or holds a character that a DID cannot hold.")
    try:
        plain = unquote_to_bytes(segment).decode("utf-8")
    except UnicodeDecodeError:
        raise InvalidKeyError("A part of a did:web is not UTF-8 behind its percent signs.") from None
    if plain in {".", ".."} or _FORBIDDEN_IN_SEGMENT.search(plain):
        raise InvalidKeyError("A part of a did:web would leave its place in the path.")


def _quoted(segment: str) -> str:
    return quote(segment, safe="").replace("~", "%7E")
