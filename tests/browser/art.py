"""Pictures as a designer would upload them."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw


def badge_png(side=600):
    picture = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((10, 10, side - 10, side - 10), fill="#1d3f72", outline="#d9a441", width=24)
    for ring, colour in enumerate(("#2d5fa8", "#f3e6c8", "#1d3f72")):
        inset = 120 + 60 * ring
        draw.regular_polygon((side // 2, side // 2, side // 2 - inset), 6, rotation=15 * ring, fill=colour)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def logo_svg():
    """Wider than high, in dark letters on nothing, as logos are."""
    return (
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 244 100"><path d="M6 70q35-50 70 0t70 0" fill="none" '
        b'stroke="#1d5c8f" stroke-width="14"/><path d="M170 22h12v56h-12zm28 0h12v56h-12zm28 0h12v56h-12z" '
        b'fill="#12263a"/></svg>'
    )


def badge_svg():
    return (
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200"><defs><linearGradient id="g" x2="1" y2="1">'
        b'<stop offset="0" stop-color="#7b2d5e"/><stop offset="1" stop-color="#2d1240"/></linearGradient></defs>'
        b'<path d="M100 6 182 53v94l-82 47-82-47V53z" fill="url(#g)" stroke="#e8b4d0" stroke-width="6"/>'
        b'<circle cx="100" cy="100" r="42" fill="none" stroke="#fff" stroke-width="8"/></svg>'
    )
