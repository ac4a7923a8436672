from __future__ import annotations

import gzip

import pytest

from app.openbadges.sniff import describe_other, sniff

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
    "PDF": (b"%PDF-2.0\n...", "pdf"),
    "an address": (b"https://badges.example/credentials/7", "url"),
    "an address in capitals with a line end": (b" HTTP://BADGES.EXAMPLE/7\r\n", "url"),
    "two addresses": (b"https://a.example https://b.example", None),
    "another kind of address": (b"ftp://badges.example/7", None),
    "a data address": (b"data:application/vc+jwt,eyJ", None),
    "UTF-16 without a byte-order mark": ('{"a":1}'.encode("utf-16-le"), None),
    "a JSON text": (b'"eyJhbGciOiJFUzI1NiJ9.e30.c2ln"', None),
    "JWE": (b"eyJhbGciOiJkaXIifQ..a.b.c", None),
    "HTML": (b"<!doctype html><html><svg></svg></html>", None),
    "other XML": (b"<svgz/>", None),
    "compressed SVG": (b"\x1f\x8b\x08\x00", None),
    "JSON array": (b"[]", None),
    "the name of a host": (b"www.badges.example", None),
    "a sentence": (b"eyJ is how it starts. But. Not this.", None),
    "nothing": (b"", None),
}


@pytest.mark.parametrize(("raw", "form"), CASES.values(), ids=CASES)
def test_the_form_is_told_by_content(raw, form):
    assert sniff(raw) == form


OTHERS = {
    "gzip": (gzip.compress(SVG), "compressed"),
    "ZIP": (b"PK\x03\x04\x14", "ZIP"),
    "JPEG": (b"\xff\xd8\xff\xe0", "JPEG"),
    "GIF": (b"GIF89a", "GIF"),
    "WebP": (b"RIFF\x10\0\0\0WEBP", "WebP"),
    "a web page": (b"\n<!DOCTYPE html><html>", "web page"),
    "UTF-16 with a byte-order mark": ("{}".encode("utf-16"), "UTF-16"),
    "UTF-16, big end first": ('{"a":1}'.encode("utf-16-be"), "UTF-16"),
    "UTF-16, little end first": ('{"a":1}'.encode("utf-16-le"), "UTF-16"),
}


@pytest.mark.parametrize(("raw", "words"), OTHERS.values(), ids=OTHERS)
def test_what_people_take_for_a_badge_is_named(raw, words):
    assert sniff(raw) is None
    assert words in describe_other(raw)


@pytest.mark.parametrize("raw", [b"", b"hello", b"[]", b"RIFF1234WAVE"])
def test_what_nobody_knows_is_not_named(raw):
    assert describe_other(raw) is None
