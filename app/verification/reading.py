"""Step 0: from bytes to one credential, not yet believed (OB 3.0 section 5; verification algorithm, step 0)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from app import strictjson
from app.errors import CryptoError, InvalidProofError, MalformedDocumentError, UnsupportedCryptoError
from app.jsonld import DEFAULT_LIMITS as WORK_LIMITS
from app.jsonld import Limits
from app.openbadges import sniff, unbake_png, unbake_svg
from app.signing import UnverifiedJWT, credential_in, read_jwt

__all__ = ["Presented", "ReadLimits", "read"]


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """The most bytes of each form that are looked at, the deepest JSON, and the work that canonicalising may cost."""

    document: int = 1_048_576
    token: int = 262_144
    image: int = 5 * 1_048_576
    depth: int = strictjson.MAX_DEPTH
    work: Limits = WORK_LIMITS


DEFAULT_LIMITS: Final = ReadLimits()
_CONTEXT_MEMBER: Final = b'"@context"'
_ESCAPED_LETTER: Final = re.compile(rb"\\u00[467]")  # "@" and the letters of "context"


@dataclass(frozen=True)
class Presented:
    """What was handed in, parsed once. Nothing in it is believed yet.

    `document` is the JSON or the token's credential, `text` the bytes that it was read from. `fault` is why a token
    cannot be accepted whatever its signature (InvalidProofError) or not be checked here (UnsupportedCryptoError);
    `document` is then empty.
    """

    raw: bytes
    format: str  # "json", "jwt", "png+json", "png+jwt", "svg+json", "svg+jwt"
    document: Mapping[str, Any]
    text: bytes
    token: UnverifiedJWT | None = None
    fault: CryptoError | None = None
    work: Limits = WORK_LIMITS

    @cached_property
    def has_inner_contexts(self) -> bool:
        """False only if no `@context` stands below the top: counted in the text, since walking takes ten times as long.

        A name that is not written plainly has an escape in it (RFC 8259 section 7).
        """
        escaped = b"\\u00" in self.text and _ESCAPED_LETTER.search(self.text) is not None
        return escaped or self.text.count(_CONTEXT_MEMBER) > 1


def read(raw: bytes, *, limits: ReadLimits = DEFAULT_LIMITS) -> Presented:
    """The one credential in `raw`, recognised by content, whatever it was called.

    Raises MalformedDocumentError or MalformedJSONError when there is none to be read (or more than one in an image),
    TooLargeError past the limits.
    """
    container = sniff(raw)
    if container == "json":
        return Presented(raw, "json", _json_object(raw, limits), raw, work=limits.work)
    if container == "jwt":
        return _read_token(raw, "jwt", raw, limits)
    if container == "png":
        return _read_baked(raw, "png", unbake_png(raw, max_bytes=limits.image), limits)
    if container == "svg":
        return _read_baked(raw, "svg", unbake_svg(raw, max_bytes=limits.image), limits)
    raise MalformedDocumentError("This is neither JSON, nor a signed token, nor a PNG or SVG badge image.")


def _read_baked(raw: bytes, container: str, text: str, limits: ReadLimits) -> Presented:
    """OB 3.0 section 5.3: text that starts with a brace is JSON, any other is a compact JWS."""
    if text.lstrip().startswith("{"):
        inside = text.encode()
        return Presented(raw, f"{container}+json", _json_object(inside, limits), inside, work=limits.work)
    return _read_token(raw, f"{container}+jwt", text.encode(), limits)


def _json_object(text: bytes, limits: ReadLimits) -> Mapping[str, Any]:
    document = strictjson.loads(text, max_bytes=limits.document, max_depth=limits.depth)
    if not isinstance(document, dict):
        raise MalformedDocumentError("The JSON is not an object; send one credential.")
    return document


def _read_token(raw: bytes, form: str, text: bytes, limits: ReadLimits) -> Presented:
    try:
        token = read_jwt(text.decode("ascii").strip(), max_bytes=limits.token)
    except UnicodeDecodeError as error:
        raise MalformedDocumentError("This is neither JSON nor a signed token.") from error
    except (InvalidProofError, UnsupportedCryptoError) as error:  # such as "alg": "none"
        return Presented(raw, form, {}, b"", fault=error)
    return Presented(raw, form, credential_in(token.payload), token.payload_bytes, token=token, work=limits.work)
