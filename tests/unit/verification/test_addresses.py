from __future__ import annotations

import pytest

from app.verification.addresses import same_address, secured


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        pytest.param("http://a.example/1?x#y", "https://a.example/1?x#y", id="by http"),
        pytest.param("http://a.example?x", "https://a.example?x", id="a host and a query"),
        pytest.param("http://a.example#x", "https://a.example#x", id="a host and a fragment"),
        pytest.param("http://a.example", "https://a.example", id="a host alone"),
        pytest.param("http://a.example:80/1", "https://a.example/1", id="with its usual port"),
        pytest.param("http://a.example:8000/1", "http://a.example:8000/1", id="at another port"),
        pytest.param("http://a.example:800", "http://a.example:800", id="a port that begins like the usual one"),
        pytest.param("https://a.example/http://b.example/", "https://a.example/http://b.example/", id="by https"),
        pytest.param("urn:http://a.example/", "urn:http://a.example/", id="no web address"),
    ],
)
def test_secured(url, expected):
    assert secured(url) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param("https://a.example/1", "https://a.example/1", True, id="equal"),
        pytest.param("http://a.example/1", "https://a.example/1", True, id="http and https"),
        pytest.param("https://a.example/1/", "https://a.example/1", False, id="a slash more"),
        pytest.param("https://A.example/1", "https://a.example/1", False, id="in capitals"),
        pytest.param("urn:1", "urn:1", True, id="no web address"),
        pytest.param(None, "urn:1", False, id="nothing"),
        pytest.param(5, "urn:1", False, id="a number"),
    ],
)
def test_same_address(one, other, expected):
    assert same_address(one, other) is expected
