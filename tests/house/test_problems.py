"""A new error cannot become a 500, and every problem is explained where its `type` points."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import AppError

if TYPE_CHECKING:
    from collections.abc import Iterator

ERRORS_PAGE = Path(__file__).parents[2] / "docs" / "errors.md"
ROW = re.compile(r"^\| `(?P<code>[a-z-]+)` \| (?P<status>\d{3}) \|", re.MULTILINE)
INTERNAL = "internal"  # an exception that nobody foresaw; it has no class


def leaves(cls: type[AppError] = AppError) -> Iterator[type[AppError]]:
    """The classes that are raised: those of app/errors.py without subclasses there."""
    below = [child for child in cls.__subclasses__() if child.__module__ == "app.errors"]
    if not below:
        yield cls
    for child in below:
        yield from leaves(child)


def documented() -> dict[str, int]:
    return {match["code"]: int(match["status"]) for match in ROW.finditer(ERRORS_PAGE.read_text("utf-8"))}


def test_every_error_is_mapped_to_a_problem():
    from app.routers.problems import PROBLEMS

    assert {cls.__name__ for cls in leaves()} == {cls.__name__ for cls in PROBLEMS}


def test_no_error_is_defined_outside_the_tree():
    """Subclasses elsewhere would slip past the table, which looks up the exact class."""
    outside = [cls.__qualname__ for cls in every_subclass(AppError) if cls.__module__ != "app.errors"]
    assert outside == []


def every_subclass(cls: type[AppError]) -> Iterator[type[AppError]]:
    for child in cls.__subclasses__():
        yield child
        yield from every_subclass(child)


def test_every_leaf_has_a_code_of_its_own():
    codes = [cls.code for cls in leaves()]
    assert sorted(codes) == sorted(set(codes))
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in codes), codes


def test_problems_are_fit_to_be_read():
    from app.routers.problems import PROBLEMS

    for cls, problem in PROBLEMS.items():
        assert 400 <= problem.status <= 599, cls
        assert problem.title, cls
        assert not problem.title.endswith("."), cls
        assert problem.explanation.endswith("."), cls


def test_every_problem_is_documented_with_its_status():
    from app.routers.problems import problem_types

    served = {code: problem.status for code, problem in problem_types().items()}
    assert documented() == served


def test_the_unforeseen_is_a_problem_too():
    from app.routers.problems import problem_types

    assert problem_types()[INTERNAL].status == 500
