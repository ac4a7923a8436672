"""The one place where text from outside becomes HTML.

Templates escape everything by themselves (Jinja's autoescape); what they may show *unescaped* is made here
and nowhere else: Markdown, names in bidi isolation, and the addresses that may stand in `href`.

>>> str(name("Amina <b>"))
'<bdi dir="auto">Amina &lt;b&gt;</bdi>'
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup, escape

from app import language as names
from app.language import ENGLISH, Language

MAX_MARKDOWN = 20_000
MAX_LINE = 300
MAX_URL = 2_048
SCHEMES = frozenset({"https", "http", "mailto"})
_LONGEST_PART = 24
FIRST_HEADING = 3  # sections of a page are h2, so a narrative begins below them

# Control characters, lone surrogates, and the explicit bidirectional overrides, embeddings and isolates:
# <bdi> isolates a name, so these could only mislead. Joiners and LRM/RLM stay: scripts need them.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)
_SPACE = re.compile(r"\s+")
_UNEVEN = re.compile(rf"{_FORBIDDEN.pattern}|[^\S ]|  ")
_UNSAFE_IN_URL = re.compile(
    "[\x00-\x20\x7f-\xa0\"'<>\\\\`\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff]"
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,7}")


def clean(text: str) -> str:
    """`text` without characters that control a terminal, a parser or the direction of writing."""
    return _FORBIDDEN.sub("", text)


def line(text: object, limit: int = MAX_LINE) -> str:
    """`text` as one line of at most `limit` characters; "" for anything that is not text or a number."""
    if isinstance(text, bool) or not isinstance(text, str | int | float):
        return ""
    words = str(text)[: 4 * limit]
    if _UNEVEN.search(words):  # seldom, and one look is cheaper than two substitutions
        words = _SPACE.sub(" ", clean(words))
    words = words.strip()
    return words if len(words) <= limit else _cut(words[: limit - 1]) + "…"


def _cut(words: str) -> str:
    """Back to the end of a word, if one is near."""
    whole, space, part = words.rpartition(" ")
    return whole if space and len(part) < _LONGEST_PART else words


def name(text: object) -> Markup:
    """A name in any script, isolated so that its direction does not turn the sentence around it."""
    return Markup(f'<bdi dir="auto">{escape(line(text))}</bdi>')  # noqa: S704 - escaped here


def paragraphs(text: str) -> tuple[str, ...]:
    """The non-empty lines of plain text."""
    return tuple(found for raw in clean(text)[:MAX_MARKDOWN].splitlines() if (found := raw.strip()))


def safe_url(url: object) -> str | None:
    """`url` if a page may link to it: absolute http(s) without credentials, or mailto; None otherwise."""
    if not isinstance(url, str) or not 0 < len(url) <= MAX_URL or _UNSAFE_IN_URL.search(url):
        return None
    try:
        parts = urlsplit(url)
        web = bool(parts.hostname) and parts.username is None and parts.password is None
        port_fits = parts.port is None or parts.port > 0
    except ValueError:
        return None
    if parts.scheme == "mailto":
        return url if "@" in parts.path else None
    return url if parts.scheme in SCHEMES and web and port_fits else None


def host_of(url: str) -> str:
    """Where a link leads, as a reader should see it: the host, or the address of a mailto link."""
    parts = urlsplit(url)
    return parts.path if parts.scheme == "mailto" else (parts.hostname or "").removeprefix("www.")


def language_tag(tag: object) -> str | None:
    """A language tag fit for `lang`, or None."""
    return tag if isinstance(tag, str) and _LANGUAGE.fullmatch(tag) else None


def language_name(tag: object, *, language: Language = ENGLISH) -> str:
    """What `language` calls the language of `tag`, else the tag itself."""
    known = language_tag(tag)
    return (names.language_name(known, language) or known) if known else line(tag)


def markdown(text: str | None) -> Markup:
    """A narrative as HTML: no raw HTML, no images, links to http(s) and mailto only, headings from h3 on.

    Two walls: the parser never passes HTML through, and nh3 keeps only listed elements of what it made.
    """
    return _markdown(clean(text)[:MAX_MARKDOWN]) if text else Markup()


@lru_cache(maxsize=256)
def kept_markdown(text: str | None) -> Markup:
    """The same, remembered: for what many pages show alike. Never for what tells of a person."""
    return markdown(text)


def _markdown(text: str) -> Markup:
    tokens = _PARSER.parse(text)
    _fit_headings(tokens)
    rendered = _PARSER.renderer.render(tokens, _PARSER.options, {})
    return Markup(_CLEANER.clean(rendered))  # noqa: S704 - the result of the sanitiser


def _fit_headings(tokens: Sequence[Token]) -> None:
    """Number the levels in use from h3 without gaps: the page keeps one h1 and an unbroken outline."""
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    used = sorted({token.tag for token in headings})
    for token in headings:
        token.tag = f"h{min(6, FIRST_HEADING + used.index(token.tag))}"


class _Renderer(RendererHTML):
    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:  # noqa: ARG002
        """The alternative text in place of an image: a stranger's server learns nothing of who reads."""
        return str(escape(tokens[idx].content))


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer).enable("table")
    parser.validateLink = lambda url: safe_url(url) is not None  # type: ignore[method-assign]
    return parser


_HEADINGS = ("h3", "h4", "h5", "h6")
_BLOCKS = ("p", "li", "blockquote", "th", "td", *_HEADINGS)
_INLINE = ("a", "em", "strong", "code", "br", "s")
_CONTAINERS = ("ul", "ol", "pre", "hr", "table", "thead", "tbody", "tr")

_PARSER = _parser()
_CLEANER = nh3.Cleaner(
    tags={*_BLOCKS, *_INLINE, *_CONTAINERS},
    attributes={"*": set(), "a": {"href"}, "ol": {"start"}},  # "*" empty: no title, no lang
    url_schemes=set(SCHEMES),
    url_relative="deny",
    link_rel="nofollow noopener",
    set_tag_attribute_values={tag: {"dir": "auto"} for tag in (*_BLOCKS, "ul", "ol", "table")},
    strip_comments=True,
)
