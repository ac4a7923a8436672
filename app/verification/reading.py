"""Step 0: from bytes to one credential, not yet believed (OB 3.0 section 5; verification algorithm, step 0)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

from app import strictjson
from app.errors import CryptoError, InvalidProofError, MalformedDocumentError, TooLargeError, UnsupportedCryptoError
from app.jsonld import BUNDLED_CONTEXTS, Contexts, Limits
from app.jsonld import DEFAULT_LIMITS as WORK_LIMITS
from app.language.said import Said, said
from app.openbadges import (
    Printed,
    describe_other,
    is_address,
    printed_by_pdf,
    sniff,
    unbake_pdf,
    unbake_png,
    unbake_svg,
)
from app.signing import CREDENTIAL_TYPES, UnverifiedJWT, credential_in, read_jwt
from app.verification.members import text, texts

__all__ = ["Presented", "ReadLimits", "read", "read_bare"]


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """The most bytes of each form that are looked at, the deepest JSON, and the work that canonicalising may cost.

    `unbake_pdf` is somewhere else than the calling thread to look into PDF files: what `app.openbadges.unbake_pdf`
    gives and raises, TooLargeError also when it takes too long or too much memory, OverloadedError when it cannot now.
    `printed_by_pdf` is the same for what their pages print, and raises nothing but OverloadedError.
    `contexts`: the words in which documents may be written. `token_types`: what tokens may say they are.
    """

    document: int = 1_048_576
    token: int = 262_144
    image: int = 5 * 1_048_576
    depth: int = strictjson.MAX_DEPTH
    work: Limits = WORK_LIMITS
    contexts: Contexts = BUNDLED_CONTEXTS
    token_types: frozenset[str] = CREDENTIAL_TYPES
    unbake_pdf: Callable[[bytes], str] | None = field(default=None, compare=False, repr=False)
    printed_by_pdf: Callable[[bytes], Printed] | None = field(default=None, compare=False, repr=False)


DEFAULT_LIMITS: Final = ReadLimits()
# A badge has some forty objects and lists and a hundred and fifty values, a record of a hundred badges a hundred times
# as many. To list what is wrong with each of 150,000 objects took ten seconds and half a gigabyte.
MAX_PARTS: Final = 6_000
MAX_VALUES: Final = 30_000
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_TEXTS: Final = frozenset({"jwt", "url"})  # JSON has a reader that says the same
_BARE: Final = frozenset({"json", "jwt"})
_NEITHER: Final = Said("This is neither JSON nor a signed token.")
MAX_ADDRESS: Final = 2_048
_ADDRESS: Final = re.compile(r"https?://[A-Za-z0-9\[][!#-;=?-\[\]_a-z~]*+", re.IGNORECASE)  # RFC 3986, characters only
_ENVELOPED: Final = "EnvelopedVerifiableCredential"
_ENVELOPE: Final = re.compile(r"data:application/vc\+jwt,(?P<token>[\w-]++\.[\w-]++\.[\w-]*+)", re.IGNORECASE)
_CONTEXT_MEMBER: Final = b'"@context"'
_ESCAPED_LETTER: Final = re.compile(rb"\\u00[467]")  # "@" and the letters of "context"


@dataclass(frozen=True)
class Presented:
    """What was handed in, parsed once. Nothing in it is believed yet.

    `document` is the JSON or the token's credential, `text` the bytes that it was read from. `fault` is why a token
    cannot be accepted whatever its signature (InvalidProofError) or not be checked here (UnsupportedCryptoError);
    `document` is then empty. So it is when what was handed in only says where the badge is: at the web address
    `address`. `printed` is what the pages around it print, None where there are none.
    """

    raw: bytes
    format: str  # a key of words.FORMS
    document: Mapping[str, Any]
    text: bytes
    token: UnverifiedJWT | None = None
    fault: CryptoError | None = None
    address: str | None = None
    work: Limits = WORK_LIMITS
    contexts: Contexts = BUNDLED_CONTEXTS
    printed: Printed | None = None

    @cached_property
    def has_inner_contexts(self) -> bool:
        """False only if no `@context` stands below the top: counted in the text, since walking takes ten times as long.

        A name that is not written plainly has an escape in it (RFC 8259 section 7).
        """
        escaped = b"\\u00" in self.text and _ESCAPED_LETTER.search(self.text) is not None
        return escaped or self.text.count(_CONTEXT_MEMBER) > 1


def read(raw: bytes, *, limits: ReadLimits = DEFAULT_LIMITS) -> Presented:
    """The one credential in `raw`, recognised by content, whatever it was called; or the address that `raw` holds.

    Raises MalformedDocumentError or MalformedJSONError when there is none to be read (or more than one in a file that
    carries it), TooLargeError past the limits or MAX_PARTS and MAX_VALUES, and what `limits.unbake_pdf` and
    `limits.printed_by_pdf` raise.
    """
    form = sniff(raw)
    if form in _TEXTS and raw.startswith(_BYTE_ORDER_MARK):
        raise MalformedDocumentError(Said("The text starts with a byte-order mark; send plain UTF-8."))
    match form:
        case "json":
            return _read_json(raw, "json", raw, limits)
        case "jwt":
            return _read_token(raw, "jwt", raw, limits)
        case "url":
            return _read_address(raw, "url", raw.decode(errors="replace"))
        case "png":
            return _read_baked(raw, "png", unbake_png(raw, max_bytes=limits.image), limits)
        case "svg":
            return _read_baked(raw, "svg", unbake_svg(raw, max_bytes=limits.image), limits)
        case "pdf":
            found = _read_baked(raw, "pdf", _attached(raw, limits), limits)
            return replace(found, printed=(limits.printed_by_pdf or printed_by_pdf)(raw))
    raise MalformedDocumentError(
        describe_other(raw) or Said("This is neither JSON, nor a signed token, nor a badge in a PNG, SVG or PDF file.")
    )


def read_bare(raw: bytes, *, limits: ReadLimits = DEFAULT_LIMITS) -> Presented:
    """The same of a credential without a container, as those are that others answer or that stand inside another one:
    no image and no PDF is opened for their sake.
    """
    if sniff(raw) not in _BARE:
        raise MalformedDocumentError(_NEITHER)
    return read(raw, limits=limits)


def _attached(raw: bytes, limits: ReadLimits) -> str:
    if limits.unbake_pdf is None:
        return unbake_pdf(raw, max_bytes=limits.image)
    if len(raw) > limits.image:
        raise TooLargeError(
            said("The PDF has {bytes} bytes; the limit is {most}.", bytes=str(len(raw)), most=str(limits.image))
        )
    return limits.unbake_pdf(raw)


def _read_baked(raw: bytes, container: str, inside: str, limits: ReadLimits) -> Presented:
    """OB 3.0 section 5.3: text that starts with a brace is JSON, any other is a compact JWS; OB 2.0 knows addresses."""
    inside = inside.strip()
    if inside.startswith("{"):
        return _read_json(raw, f"{container}+json", inside.encode(), limits)
    if is_address(inside):
        return _read_address(raw, f"{container}+url", inside)
    return _read_token(raw, f"{container}+jwt", inside.encode(), limits)


def _read_address(raw: bytes, form: str, address: str) -> Presented:
    address = address.strip()
    if len(address) > MAX_ADDRESS:
        raise TooLargeError(f"The address has {len(address)} characters; the limit is {MAX_ADDRESS}.")
    if not _ADDRESS.fullmatch(address):
        raise MalformedDocumentError(Said("The address of the badge holds characters that no web address may hold."))
    return Presented(raw, form, {}, b"", address=address)


def _read_json(raw: bytes, form: str, inside: bytes, limits: ReadLimits) -> Presented:
    document = _json_object(inside, limits)
    token = _enveloped(document)
    if token is not None:
        return _read_token(raw, form.replace("json", "jwt") if "+" in form else "json+jwt", token.encode(), limits)
    return Presented(raw, form, document, inside, work=limits.work, contexts=limits.contexts)


def _enveloped(document: Mapping[str, Any]) -> str | None:
    """The token that the document is only an envelope of (VCDM 2.0 section 4.13). What else is in there is not signed.

    Once: a token that holds an envelope stays as it is.
    """
    envelope = (
        _ENVELOPE.fullmatch(text(document.get("id")) or "") if _ENVELOPED in texts(document.get("type")) else None
    )
    return envelope["token"] if envelope else None


def _json_object(inside: bytes, limits: ReadLimits) -> Mapping[str, Any]:
    document = strictjson.loads(inside, max_bytes=limits.document, max_depth=limits.depth)
    if not isinstance(document, dict):
        raise MalformedDocumentError(Said("The JSON is not an object; send one credential."))
    _require_moderate(inside, document)
    return document


def _require_moderate(inside: bytes, document: Mapping[str, Any]) -> None:
    """Raises TooLargeError for more parts or values than are worth looking at. `inside`: what it was read from.

    Texts may hold commas and braces too, so these only tell whether it is worth counting.
    """
    most = inside.count(b"{") + inside.count(b"[")
    if most <= MAX_PARTS and most + inside.count(b",") <= MAX_VALUES:
        return
    parts = values = 0
    level: list[Any] = [document]
    while level:
        below = [value for part in level for value in (part.values() if isinstance(part, dict) else part)]
        parts, values = parts + len(level), values + len(below)
        if parts > MAX_PARTS or values > MAX_VALUES:
            raise TooLargeError(f"The document has more than {MAX_PARTS} parts or {MAX_VALUES} values.")
        level = [value for value in below if isinstance(value, dict | list)]


def _read_token(raw: bytes, form: str, inside: bytes, limits: ReadLimits) -> Presented:
    try:
        token = read_jwt(inside.decode("ascii").strip(), max_bytes=limits.token, types=limits.token_types)
    except UnicodeDecodeError as error:
        raise MalformedDocumentError(_NEITHER) from error
    except (InvalidProofError, UnsupportedCryptoError) as error:  # such as "alg": "none"
        return Presented(raw, form, {}, b"", fault=error)
    _require_moderate(token.payload_bytes, token.payload)
    document = credential_in(token.payload)
    return Presented(raw, form, document, token.payload_bytes, token=token, work=limits.work, contexts=limits.contexts)
