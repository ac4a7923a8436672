"""Credentials in SVG images: one element directly after the `<svg>` start tag (Open Badges 3.0, 5.3.2).

    <openbadges:credential verify="COMPACT JWS"/>                               a VC-JWT
    <openbadges:credential><![CDATA[{"@context": …}]]></openbadges:credential>  one with an embedded proof

Beside it may stand its twin of Open Badges 2.0, an element `assertion` whose `verify` holds its address. Read, but not
written, are also the elements of learner records.

An SVG is read only if it is UTF-8, declares no entities and names no document type but the W3C's (whose DTD
is never loaded); so no other file and no expansion can hide in it. Baking splices bytes and leaves the rest
alone.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final
from xml.sax.saxutils import quoteattr

from lxml import etree

from app.errors import MalformedDocumentError, MalformedImageError, TooLargeError
from app.language.said import Said, said
from app.openbadges.baked import Baked, Twin, is_address
from app.openbadges.png import MAX_IMAGE_BYTES

SVG_NAMESPACE: Final = "http://www.w3.org/2000/svg"
MAX_DEPTH: Final = 64
MAX_ATTRIBUTES: Final = 64
_MAX_TAGS: Final = 100_000  # start and end tags; 5 MiB of "<a/>" would make a tree of 150 MB
_MAX_EQUALS: Final = 200_000  # bounds the attributes in the same way

_BADGE_NAMESPACE: Final = "https://purl.imsglobal.org/ob/v3p0"
_DECLARATION: Final = f'xmlns:openbadges="{_BADGE_NAMESPACE}"'
_CREDENTIAL: Final = f"{{{_BADGE_NAMESPACE}}}credential"
_LEARNER_RECORD: Final = "{https://purl.imsglobal.org/clr/v2p0}credential"  # Comprehensive Learner Record 2.0
_OLDER_NAMESPACE: Final = "http://openbadges.org"
_OLDER: Final = f"{{{_OLDER_NAMESPACE}}}assertion"  # Open Badges 2.0; one image may carry a badge of both versions

# Possessive quantifiers and atomic groups: no input makes these patterns go back and try again.
_MISC: Final = rb"(?>\s++|<!--(?:(?!-->).)*+-->|<\?(?:(?!\?>).)*+\?>)*+"  # white space, comments, instructions
_W3C: Final = rb'PUBLIC\s++"-//W3C//DTD SVG [^"]*+"\s++"https?://www\.w3\.org/[^"]*+"\s*+'
_DOCTYPE: Final = rb"(?:<!DOCTYPE\s++svg\s*+(?:" + _W3C + rb")?+>)?+"
_TAG: Final = rb"""<(?:[A-Za-z_][\w.-]*+:)?+svg(?=[\s/>])(?:[^"'<>/]++|"[^"]*+"|'[^']*+')*+(?P<empty>/?)>"""
_START: Final = re.compile(rb"(?:\xef\xbb\xbf)?" + _MISC + _DOCTYPE + _MISC + rb"(?P<tag>" + _TAG + rb")", re.DOTALL)
_ENCODING: Final = re.compile(rb"""<\?xml\s[^>]*?encoding\s*=\s*["'](?!utf-?8["']|us-ascii["'])""", re.IGNORECASE)
_NOT_XML: Final = re.compile("[\ufffe\uffff]")


def bake_svg(svg: bytes, text: str, *, twin: Twin | None = None) -> bytes:
    """`svg` with `text` (the credential as JSON or compact JWS) in it, in place of one that was there before.

    With a `twin` it holds that as well, for readers of Open Badges 2.0 (Baking Specification 2.0, SVG). Two characters
    that JSON may hold and XML may not (U+FFFE, U+FFFF) become their JSON escapes: same JSON. Raises MalformedImageError
    when `svg` is none that is read here.
    """
    svg = _without(svg, _CREDENTIAL, _LEARNER_RECORD, *((_OLDER,) if twin else ()))
    start = _match_start(svg)
    tag, rest = svg[start.start("tag") : start.end("tag")], svg[start.end("tag") :]
    if start["empty"]:
        name = tag[1:].split(maxsplit=1)[0].rstrip(b"/>")
        tag, rest = tag[:-2] + b">", b"</" + name + b">" + rest
    # A version 2 badge in the same file may have taken the prefix; then the new element declares it for
    # itself.
    declares_itself = b"xmlns:openbadges" in tag
    if not declares_itself:
        tag = tag[:-1] + f" {_DECLARATION}>".encode()
    elements = _credential_element(text, _DECLARATION if declares_itself else "")
    if twin is not None:
        elements += _older_element(twin)
    return svg[: start.start("tag")] + tag + elements.encode() + rest


def unbake_svg(raw: bytes, *, max_bytes: int = MAX_IMAGE_BYTES) -> str:
    """The text of the one credential in `raw`, without white space around it.

    Raises MalformedDocumentError when there is none, more than one, or the image is damaged; TooLargeError
    past a limit.
    """
    return locate_svg(raw, max_bytes=max_bytes).text


def locate_svg(raw: bytes, *, max_bytes: int = MAX_IMAGE_BYTES) -> Baked:
    """The same with its place: of an Open Badges 2.0 twin beside a newer credential, only the newer counts."""
    try:
        root = parse_svg(raw, max_bytes=max_bytes)
    except MalformedImageError as error:
        raise MalformedDocumentError(error.message) from error
    newer, older = list(root.iter(_CREDENTIAL, _LEARNER_RECORD)), list(root.iter(_OLDER))
    if len(newer) > 1 or len(older) > 1:
        raise MalformedDocumentError(Said("There is more than one credential in this image."))
    found = next(iter(newer or older), None)
    if found is None:
        raise MalformedDocumentError(Said("There is no credential in this image."))
    beside = f"element {_OLDER}" if newer and older else None
    return replace(_baked(found), beside=beside)


def is_svg(raw: bytes) -> bool:
    """Whether `raw` begins like an SVG document that is read here."""
    return _START.match(raw) is not None


def parse_svg(raw: bytes, *, max_bytes: int = MAX_IMAGE_BYTES, keep_comments: bool = False) -> etree._Element:
    """The root element of `raw`, of bounded depth and with bounded attributes.

    Raises MalformedImageError, or TooLargeError past `max_bytes` or the number of tags.
    """
    _check_size(raw, max_bytes)
    _match_start(raw)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=not keep_comments,
        remove_pis=not keep_comments,
        encoding="utf-8",
    )
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise MalformedImageError(f"The SVG is not well-formed XML: {error.msg}.") from error
    if root.tag != f"{{{SVG_NAMESPACE}}}svg":
        raise MalformedImageError(f"The SVG's first element is not <svg> of {SVG_NAMESPACE}.")
    _check_tree(root)
    return root


def _check_size(raw: bytes, max_bytes: int) -> None:
    if len(raw) > max_bytes:
        raise TooLargeError(
            said("The image has {bytes} bytes; the limit is {most}.", bytes=str(len(raw)), most=str(max_bytes))
        )
    if raw.count(b"<") > _MAX_TAGS or raw.count(b"=") > _MAX_EQUALS:
        raise TooLargeError("The SVG has too many elements or attributes.")


def _match_start(svg: bytes) -> re.Match[bytes]:
    start = _START.match(svg)
    if start is None:
        raise MalformedImageError(
            "This is not an SVG image in UTF-8, or it has a document type of its own; save it as plain SVG."
        )
    if _ENCODING.match(svg.removeprefix(b"\xef\xbb\xbf")):
        raise MalformedImageError("The SVG is not in UTF-8; save it in that encoding.")
    return start


def _check_tree(root: etree._Element) -> None:
    """Level by level: no recursion, so that no depth can exhaust the stack."""
    level, depth = [root], 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise MalformedImageError(f"The SVG is nested deeper than {MAX_DEPTH} elements.")
        if any(len(element.attrib) > MAX_ATTRIBUTES for element in level):
            raise MalformedImageError(f"An element of the SVG has more than {MAX_ATTRIBUTES} attributes.")
        level = [child for element in level for child in element]


def _without(svg: bytes, *names: str) -> bytes:
    root = parse_svg(svg, keep_comments=True)
    found = list(root.iter(*names))
    if not found:
        return svg
    for element in found:
        _remove(element)
    return etree.tostring(root.getroottree(), encoding="utf-8", xml_declaration=True)


def _remove(element: etree._Element) -> None:
    parent, tail = element.getparent(), element.tail or ""
    if parent is None:  # only the root has none, and the root is <svg>
        return
    before = element.getprevious()
    if before is None:
        parent.text = (parent.text or "") + tail
    else:
        before.tail = (before.tail or "") + tail
    parent.remove(element)


def _credential_element(text: str, declaration: str) -> str:
    name = f"openbadges:credential {declaration}".rstrip()
    if not text.lstrip().startswith("{"):
        return f"<{name} verify={quoteattr(text)}/>"
    return f"<{name}>{_cdata(text)}</openbadges:credential>"


def _older_element(twin: Twin) -> str:
    """Under the prefix that the standard shows, which 1EdTech's own library looks for, whatever it stands for."""
    attributes = f'xmlns:openbadges="{_OLDER_NAMESPACE}" verify={quoteattr(twin.address)}'
    return f"<openbadges:assertion {attributes}>{_cdata(twin.text)}</openbadges:assertion>"


def _cdata(text: str) -> str:
    escaped = _NOT_XML.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
    return f"<![CDATA[{escaped.replace(']]>', ']]]]><![CDATA[>')}]]>"


def _baked(credential: etree._Element) -> Baked:
    if len(credential):
        raise MalformedDocumentError("The credential in this image holds markup in place of text.")
    body, token = (credential.text or "").strip(), credential.get("verify")
    if token is None:
        text, place = body, f"element {credential.tag}"
    else:
        text, place = token.strip(), f"attribute verify of {credential.tag}"
    # Beside its address, an Open Badges 2.0 assertion may stand as a copy; what counts is what stands at the address.
    if token is not None and body and not (credential.tag == _OLDER and is_address(text)):
        raise MalformedDocumentError(Said("There is more than one credential in this image."))
    if not text:
        raise MalformedDocumentError(Said("The credential in this image is empty."))
    return Baked(text, place)
