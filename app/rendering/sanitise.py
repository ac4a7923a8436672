"""SVG drawings from outside, made safe by building them anew from an allow-list.

Kept are shapes, text, gradients, clips, masks, patterns and references inside the file. Refused, by name,
is what could run, fetch or multiply: scripts, animation, foreign content, filters, pictures, links to
anywhere, styles with anything but plain declarations, references that unfold without bound. Dropped
silently is what only editors need: comments, metadata, elements and attributes of other namespaces, event
handlers.

Style sheets are resolved into attributes. So the result needs no inline style, which our pages' policy
would block.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

from app.errors import MalformedImageError, TooLargeError
from app.openbadges.svg import SVG_NAMESPACE, parse_svg


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_XLINK_HREF: Final = "{http://www.w3.org/1999/xlink}href"
_DEFAULT_NAMESPACE: Final[dict[str, str]] = {None: SVG_NAMESPACE}  # type: ignore[dict-item]  # lxml's own way
_MAX_UNFOLDED: Final = 50_000
_MAX_CHAIN: Final = 200  # elements inside or referred to by one another; drawing programs recurse along them
_GRADIENTS: Final = frozenset(("linearGradient", "radialGradient"))

_ELEMENTS: Final = _words(
    "svg g defs symbol use path rect circle ellipse line polyline polygon text tspan title desc "
    "linearGradient radialGradient stop clipPath mask pattern marker"
)
_DROPPED: Final = frozenset(("metadata", "style"))
_PROPERTIES: Final = _words(
    "clip-path clip-rule color display dominant-baseline fill fill-opacity fill-rule font-family font-size "
    "font-stretch font-style font-variant font-weight letter-spacing marker-end marker-mid marker-start mask opacity "
    "overflow paint-order stop-color stop-opacity stroke stroke-dasharray stroke-dashoffset stroke-linecap "
    "stroke-linejoin stroke-miterlimit stroke-opacity stroke-width text-anchor text-decoration visibility "
    "word-spacing"
)
_ATTRIBUTES: Final = _PROPERTIES | _words(
    "id d points x y x1 y1 x2 y2 cx cy r rx ry fx fy fr dx dy rotate width height viewBox preserveAspectRatio "
    "transform gradientTransform gradientUnits patternTransform patternUnits patternContentUnits clipPathUnits "
    "maskUnits maskContentUnits spreadMethod offset textLength lengthAdjust markerWidth markerHeight markerUnits "
    "refX refY orient"
)
_FUNCTIONS: Final = _words("rgb rgba hsl hsla matrix translate scale rotate skewx skewy url")
_FUNCTION: Final = re.compile(r"([\w-]+)\s*\(")
_LOCAL_URL: Final = re.compile(r"""url\(\s*(["']?)#([\w.:-]+)\1\s*\)""")
_FORBIDDEN: Final = re.compile(r"[\\@<>{}]|javascript:|data:|expression", re.IGNORECASE)
_IMPORTANT: Final = re.compile(r"!\s*important\s*\Z")
_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE: Final = re.compile(r"\s*([^{}]+)\{([^{}]*)\}\s*")
_SELECTOR: Final = re.compile(r"(?:[.#]?[A-Za-z_][\w-]*)")

Declarations = dict[str, str]


def sanitise_svg(raw: bytes, *, max_bytes: int) -> etree._Element:
    """The root of a new tree with nothing in it but what the lists above allow.

    Raises MalformedImageError with a sentence that names what has to go, TooLargeError for a drawing that
    unfolds.
    """
    root = parse_svg(raw, max_bytes=max_bytes)
    clean = _copy(root, _Styles(root))
    _check_unfolding(clean)
    return clean


class _Styles:
    """The rules of the file's style sheets, by selector; only `tag`, `.class` and `#id` are understood."""

    def __init__(self, root: etree._Element) -> None:
        self._rules: defaultdict[str, Declarations] = defaultdict(dict)
        for sheet in root.iter(f"{{{SVG_NAMESPACE}}}style"):
            self._read(_COMMENT.sub(" ", "".join(map(str, sheet.itertext()))))

    def of(self, element: etree._Element, tag: str) -> Declarations:
        """What applies to `element`, weakest first: tag, classes, id, its own style attribute (CSS cascade)."""
        selectors = [tag, *(f".{name}" for name in (element.get("class") or "").split()), f"#{element.get('id')}"]
        found: Declarations = {}
        for selector in selectors:
            found |= self._rules.get(selector, {})
        return found | _declarations(element.get("style") or "")

    def _read(self, sheet: str) -> None:
        position = 0
        for rule in _RULE.finditer(sheet):
            if rule.start() != position:
                break
            position = rule.end()
            declarations = _declarations(rule[2])
            for selector in (part.strip() for part in rule[1].split(",")):
                if not _SELECTOR.fullmatch(selector):
                    raise MalformedImageError(
                        f"The SVG's style sheet uses the selector {selector[:40]!r}; only tag, .class and #id are read."
                    )
                self._rules[selector] |= declarations
        if sheet[position:].strip():
            raise MalformedImageError("The SVG's style sheet holds more than plain rules; export it with attributes.")


def _declarations(text: str) -> Declarations:
    found: Declarations = {}
    for declaration in _COMMENT.sub(" ", text).split(";"):
        name, colon, value = (part.strip() for part in declaration.partition(":"))
        if colon:
            # Also what will not be kept: a style that asks for the network is refused, not mended.
            _check_value(name, value := _IMPORTANT.sub("", value).strip())
            if name.lower() in _PROPERTIES:
                found[name.lower()] = value
    return found


def _copy(element: etree._Element, styles: _Styles) -> etree._Element:
    """`element` and all below it, by the lists. Recursion is bounded: the reader allows 64 levels."""
    tag = etree.QName(element).localname
    copy = etree.Element(f"{{{SVG_NAMESPACE}}}{tag}", nsmap=_DEFAULT_NAMESPACE)
    copy.text = element.text
    for name, value in _kept_attributes(element, tag, styles).items():
        copy.set(name, value)
    for child in _drawn_children(element):
        below = _copy(child, styles)
        below.tail = child.tail
        copy.append(below)
    return copy


def _drawn_children(element: etree._Element) -> Iterator[etree._Element]:
    for child in element:
        if not isinstance(child.tag, str):
            raise MalformedImageError("The SVG refers to an entity.")
        name = etree.QName(child)
        if name.namespace != SVG_NAMESPACE or name.localname in _DROPPED:
            continue
        if name.localname not in _ELEMENTS:
            raise MalformedImageError(
                f"The SVG holds <{name.localname[:40]}>, which is not accepted; "
                "export it as plain shapes, or use a PNG."
            )
        yield child


def _kept_attributes(element: etree._Element, tag: str, styles: _Styles) -> Mapping[str, str]:
    stated = {str(name): str(value) for name, value in element.attrib.items()}
    kept = {name: value for name, value in stated.items() if name in _ATTRIBUTES} | styles.of(element, tag)
    for name, value in kept.items():
        _check_value(name, value)
    href = stated.get("href", stated.get(_XLINK_HREF))
    if href is not None:
        kept["href"] = _local_reference(href)
    return kept


def _local_reference(href: str) -> str:
    if not re.fullmatch(r"\s*#[\w.:-]+\s*", href):
        raise MalformedImageError(f"The SVG refers to {href[:60]!r}; it may only refer to its own parts.")
    return href.strip()


def _check_value(name: str, value: str) -> None:
    functions = {function.lower() for function in _FUNCTION.findall(value)}
    elsewhere = value.lower().count("url(") != len(_LOCAL_URL.findall(value))
    if elsewhere or functions - _FUNCTIONS or _FORBIDDEN.search(value):
        raise MalformedImageError(f"The SVG's {name[:40]!r} has a value that is not accepted: {value.strip()[:60]!r}.")


def _check_unfolding(root: etree._Element) -> None:
    """Counts what a viewer would draw when every reference is followed; ten nested `use` can stand for a billion."""
    by_id = {str(element.get("id")): element for element in root.iter() if element.get("id")}
    weights: dict[etree._Element, int] = {}
    chain: set[etree._Element] = set()

    def weigh(element: etree._Element) -> int:
        if element in weights:
            return weights[element]
        if element in chain or len(chain) == _MAX_CHAIN:
            raise MalformedImageError("The SVG's parts refer to one another in a circle or too deeply.")
        chain.add(element)
        weight = 1 + sum(map(weigh, element))
        for name in _references(element):
            if (part := by_id.get(name)) is not None:
                # A gradient is read once, however many shapes are filled with it.
                weight += min(weigh(part), 1 if etree.QName(part).localname in _GRADIENTS else _MAX_UNFOLDED)
        if weight > _MAX_UNFOLDED:
            raise TooLargeError(f"The SVG unfolds to more than {_MAX_UNFOLDED} elements.")
        chain.remove(element)
        weights[element] = weight
        return weight

    weigh(root)


def _references(element: etree._Element) -> Iterator[str]:
    for name, value in element.attrib.items():
        if name == "href":
            yield str(value)[1:]
        else:
            yield from (match[1] for match in _LOCAL_URL.findall(str(value)))
