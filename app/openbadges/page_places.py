"""Places on a page (ISO 32000-2, 8.3), in points."""

from __future__ import annotations

from typing import Any, Final

Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]
"""Left, bottom, right, top."""

UNMOVED: Final[Matrix] = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def matrix(value: Any) -> Matrix:
    """`value` as it stands in a file; what is no matrix moves nothing."""
    if not isinstance(value, list) or len(value) != 6:  # noqa: PLR2004
        return UNMOVED
    a, b, c, d, e, f = map(float, value)
    return a, b, c, d, e, f


def product(first: Matrix, then: Matrix) -> Matrix:
    """Moves by `first`, and what comes of it by `then`."""
    a, b, c, d, e, f = first
    k, l, m, n, o, p = then  # noqa: E741
    return (
        a * k + b * m, a * l + b * n, c * k + d * m, c * l + d * n, e * k + f * m + o, e * l + f * n + p,
    )  # fmt: skip


def moved(point: tuple[float, float], by: Matrix) -> tuple[float, float]:
    a, b, c, d, e, f = by
    return point[0] * a + point[1] * c + e, point[0] * b + point[1] * d + f


def box(value: Any) -> Box | None:
    """`value` as it stands in a file, whichever corners it names; None for what is no rectangle."""
    if not isinstance(value, list) or len(value) != 4:  # noqa: PLR2004
        return None
    left, bottom, right, top = (float(one.get_object()) for one in value)
    return min(left, right), min(bottom, top), max(left, right), max(bottom, top)


def moved_box(whole: Box, by: Matrix) -> Box:
    """The upright box around `whole` once it is moved."""
    corners = [moved((x, y), by) for x in (whole[0], whole[2]) for y in (whole[1], whole[3])]
    return (
        min(x for x, _ in corners), min(y for _, y in corners), max(x for x, _ in corners), max(y for _, y in corners)
    )  # fmt: skip


def common(one: Box, other: Box) -> Box:
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


def area(of: Box) -> float:
    return max(0.0, of[2] - of[0]) * max(0.0, of[3] - of[1])
