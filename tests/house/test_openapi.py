"""A difference in openapi/openapi.json is the review of the API, so the file is what is generated."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.house.served import application

COMMITTED = Path(__file__).parents[2] / "openapi" / "openapi.json"
RENEW = "openapi/openapi.json is not what the application generates: run `make openapi`, review it"


@pytest.fixture
def committed() -> dict[str, Any]:
    return json.loads(COMMITTED.read_text("utf-8"))


@pytest.fixture
def generated(tmp_path: Path) -> dict[str, Any]:
    return json.loads(json.dumps(application(tmp_path).openapi()))


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    methods = {"get", "put", "post", "delete", "patch", "head", "options"}
    return {
        f"{method.upper()} {path}": operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in methods
    }


def test_the_committed_document_is_the_generated_one(committed: dict[str, Any], generated: dict[str, Any]):
    assert set(operations(committed)) == set(operations(generated)), RENEW
    assert committed == generated, RENEW


def test_the_committed_document_is_sorted(committed: dict[str, Any]):
    """Sorted members make the difference readable."""

    def check(value: Any, where: str) -> None:
        if isinstance(value, dict):
            assert list(value) == sorted(value), f"not sorted at {where}"
            for name, member in value.items():
                check(member, f"{where}/{name}")
        elif isinstance(value, list):
            for index, member in enumerate(value):
                check(member, f"{where}/{index}")

    check(committed, "")


def test_operations_have_ids_and_words(generated: dict[str, Any]):
    """Clients are generated from this: an id that stays, and a summary for people."""
    found = operations(generated)
    ids = [operation.get("operationId") for operation in found.values()]
    assert None not in ids
    assert len(ids) == len(set(ids))
    assert [name for name, operation in found.items() if not operation.get("summary")] == []
