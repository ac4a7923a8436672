"""The sheet that gives a page its issuer's colour. It is made from the colour alone, and words can be read in any.

`laurel.css` comes first; this one sets the tokens that it names anew. Inline style would need a hole in the policy.
"""

from __future__ import annotations

import re
from typing import Final

from app.services.appearance import Shades, shades_on_dark, shades_on_light

__all__ = ["DARK_GROUNDS", "LIGHT_GROUNDS", "accent_css", "accent_name", "accent_of"]

# --surface, --sunken and --paper of laurel.css: what accents are read on.
LIGHT_GROUNDS: Final = ("#ffffff", "#f3f2ec", "#f6f5f0")
DARK_GROUNDS: Final = ("#191e1b", "#222824", "#101412")
_NAME: Final = re.compile(r"accent-([0-9a-f]{6})\.css")


def accent_name(colour: str) -> str:
    """Under which name the sheet of `#rrggbb` is served."""
    return f"accent-{colour.removeprefix('#').lower()}.css"


def accent_of(name: str) -> str | None:
    """The colour whose sheet has that name, or None."""
    match = _NAME.fullmatch(name)
    return f"#{match[1]}" if match else None


def accent_css(colour: str) -> str:
    """`--brand` is the colour itself, for what need not be read; on paper it is always light."""
    light, dark = shades_on_light(colour, LIGHT_GROUNDS), shades_on_dark(colour, DARK_GROUNDS)
    on_paper = Shades(light.accent, light.strong, light.ink, "#ffffff")
    return (
        f":root {{ --brand: {colour}; {_tokens(light)} }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ {_tokens(dark)} }} }}\n"
        f"@media print {{ :root {{ {_tokens(on_paper)} }} }}\n"
    )


def _tokens(shades: Shades) -> str:
    values = {"": shades.accent, "-strong": shades.strong, "-ink": shades.ink, "-soft": shades.soft}
    return " ".join(f"--accent{name}: {value};" for name, value in values.items())
