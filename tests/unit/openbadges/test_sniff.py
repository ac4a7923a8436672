from __future__ import annotations

import pytest

from app.openbadges.sniff import sniff

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
CASES = {
    "PNG": (b"\x89PNG\r\n\x1a\n....", "png"),
    "SVG": (SVG, "svg"),
    "SVG after a declaration and a comment": (b'<?xml version="1.0"?>\n<!-- svg -->\n' + SVG, "svg"),
    "SVG with a prefix": (b'<s:svg xmlns:s="http://www.w3.org/2000/svg"/>', "svg"),
    "SVG after white space": (b"\n  " + SVG, "svg"),
    "JSON": (b'{"a":1}', "json"),
    "JSON after white space and a byte-order mark": (b"\xef\xbb\xbf\n {}", "json"),
    "broken JSON": (b"{", "json"),
    "compact JWS": (b"eyJhbGciOiJFUzI1NiJ9.e30.c2ln", "jwt"),
    "compact JWS with a line end": (b"eyJhbGciOiJFUzI1NiJ9.e30.c2ln\r\n", "jwt"),
    "unsecured JWS": (b"eyJhbGciOiJub25lIn0.e30.", "jwt"),
    "JWE": (b"eyJhbGciOiJkaXIifQ..a.b.c", None),
    "HTML": (b"<!doctype html><html><svg></svg></html>", None),
    "other XML": (b"<svgz/>", None),
    "compressed SVG": (b"\x1f\x8b\x08\x00", None),
    "JSON array": (b"[]", None),
    "a sentence": (b"eyJ is how it starts. But. Not this.", None),
    "nothing": (b"", None),
}


@pytest.mark.parametrize(("raw", "form"), CASES.values(), ids=CASES)
def test_the_form_is_told_by_content(raw, form):
    assert sniff(raw) == form
