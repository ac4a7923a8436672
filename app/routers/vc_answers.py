"""Reports as the VC-API answers them: 200 when verified, else a problem document that holds the report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response

from app import strictjson
from app.errors import FieldProblem, NotVerifiedError
from app.routers.body import JSON
from app.routers.problems import MEDIA_TYPE, problem_document
from app.routers.resources import report_members
from app.verification import CheckResult, Outcome, Report, Verdict

__all__ = ["verification_answer"]

_AGAINST = (Outcome.FAILED, Outcome.UNDETERMINED)


def verification_answer(request: Request, report: Report, pointer: str, returned: Mapping[str, Any]) -> Response:
    """`pointer`: where what was verified stands in the request. `returned`: what the caller wants back if it holds."""
    members = {
        "verified": report.verdict is Verdict.VALID,
        "checks": [check.id for check in report.checks if check.outcome is Outcome.PASSED],
        "warnings": [_sentence(check) for check in report.checks if _is_worth_knowing(check)],
        "report": report_members(report),
    }
    if report.verdict is Verdict.VALID:
        return Response(strictjson.dumps({**members, "errors": [], **returned}), media_type=JSON)
    found = tuple(FieldProblem(pointer, _sentence(check)) for check in report.checks if check.outcome in _AGAINST)
    document = problem_document(request, NotVerifiedError(found, report.summary))
    headers = {"Cache-Control": "no-store"}
    return Response(strictjson.dumps({**document, **members}), document["status"], headers, MEDIA_TYPE)


def _sentence(check: CheckResult) -> str:
    return f"{check.title} {check.detail}"


def _is_worth_knowing(check: CheckResult) -> bool:
    """It does not apply, and a report that it decides would say so: an unrecognised issuer, doubtful endorsements."""
    return check.outcome is Outcome.NOT_APPLICABLE and check.summary is not None
