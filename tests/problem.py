"""One shape for every error: RFC 9457, with pointers where members are wrong."""

from __future__ import annotations


def assert_problem(response, status, code, *, pointer=None):
    """The response is that problem document; returns its body."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert set(body) <= {"type", "title", "status", "detail", "instance", "errors"}
    assert body["type"].endswith(f"/problems/{code}"), body
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert body["instance"].startswith("/")
    if pointer is not None:
        assert pointer in [error["pointer"] for error in body["errors"]], body
        assert all(error["detail"] for error in body["errors"])
    return body
