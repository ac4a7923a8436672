"""`POST /v1/completions:batch`: many completions in one request, read and answered a group at a time.

The body is read whole before anything is done, so that one that is too large changes nothing; then each group of rows
is parsed, awarded, committed and answered before the one after the next is looked at. What a batch holds in memory is
its own bytes and two groups, however many rows it has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

import anyio.to_thread
import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from app import strictjson
from app.errors import AppError, InputError, MalformedJSONError, NotAcceptableError, TooLargeError, UnavailableError
from app.routers.awarding import ISSUING, read_completion
from app.routers.body import JSON, read_body, require_media_type
from app.routers.deps import Issuing, Laurel, LaurelDep, Now
from app.routers.negotiation import Form, choose
from app.routers.problems import internal_document, problem_document, problems
from app.routers.resources import credential_bytes
from app.schemas import examples
from app.schemas.completions import BatchAnswer
from app.services import credentials
from app.services.awards import Awarded, Outcome, Refused
from app.services.awards import Request as AwardRequest
from app.services.completions import Completion
from app.services.stops import require_issuing
from app.services.writer import GROUP_ROWS

router = APIRouter(prefix="/v1", tags=["Issue"])

_log = structlog.get_logger("laurel.http")
NDJSON = "application/x-ndjson"
ANSWERS = (Form("json", JSON), Form("ndjson", NDJSON))
_Row = Completion | InputError

_BATCH_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            JSON: {
                "schema": {"type": "array", "items": {"$ref": "#/components/schemas/CompletionIn"}},
                "example": [examples.COMPLETION],
            },
            NDJSON: {
                "schema": {"type": "string", "description": "One completion per line."},
                "example": strictjson.dumps(examples.COMPLETION).decode() + "\n",
            },
        },
    }
}
_NDJSON_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            NDJSON: {"schema": {"type": "string", "description": "One BatchOutcome per line, each already durable."}}
        }
    }
}


@router.post(
    "/completions:batch",
    operation_id="postCompletions",
    summary="Issue badges for many completions",
    response_description="One outcome per row, in order.",
    response_model=BatchAnswer,
    openapi_extra=_BATCH_BODY,
    responses=problems(*ISSUING, NotAcceptableError) | _NDJSON_ANSWER,
)
async def post_completions(request: Request, actor: Issuing, laurel: LaurelDep, now: Now) -> Response:
    """Many completions, as a JSON array or one per line (NDJSON). Needs the scope `issue`.

    One outcome per row, in order; a bad row costs its neighbours nothing. Each row's `source` and `externalId` name
    it, so that the whole batch can be sent again. The answer begins when the first rows are stored; with
    `Accept: application/x-ndjson` it is one outcome per line, without the counts.
    """
    stated = require_media_type(request, JSON, NDJSON)
    form = choose(request.headers.get("accept"), ANSWERS, without_header=ANSWERS[0])
    raw = await read_body(request, laurel.settings.limits.batch_bytes)
    values = await anyio.to_thread.run_sync(_values, raw, stated, laurel)
    await anyio.to_thread.run_sync(_require_issuing, actor, laurel)
    batch = _Batch(request, values, actor, laurel, now)
    written = batch.as_lines() if form.media_type == NDJSON else batch.as_object()
    return StreamingResponse(written, media_type=form.media_type, headers={"Vary": "Accept"})


def _require_issuing(actor: Issuing, laurel: Laurel) -> None:
    """Before the answer begins: what is stopped as a whole is refused as a whole. Raises IssuingStoppedError."""
    with laurel.database.reading(actor.issuer_id) as session:
        require_issuing(session, actor.issuer_id)


def _values(raw: bytes, stated: str, laurel: Laurel) -> Sequence[Any]:
    """The rows, not yet validated; lines not even parsed. Raises MalformedJSONError, TooLargeError."""
    limits = laurel.settings.limits
    values: Sequence[Any]
    if stated == NDJSON:
        values = [line for line in raw.split(b"\n") if line.strip()]
    else:
        values = strictjson.loads(raw, max_bytes=limits.batch_bytes, max_depth=limits.json_depth + 1)
        if not isinstance(values, list):
            raise MalformedJSONError("A batch is a JSON array of completions.")
    if len(values) > limits.batch_rows:
        raise TooLargeError(f"The batch has {len(values)} rows; the limit is {limits.batch_rows}.")
    return values


class _Batch:
    """One batch on its way."""

    def __init__(self, request: Request, values: Sequence[Any], actor: Issuing, laurel: Laurel, now: Now) -> None:
        self._request = request
        self._values = values
        self._actor = actor
        self._laurel = laurel
        self._now = now
        self._counts: Counter[str] = Counter()
        self._lost: AppError | None = None

    async def as_object(self) -> AsyncIterator[bytes]:
        """A `BatchAnswer`, the counts at its end."""
        yield b'{"outcomes":['
        separator = b""
        async for outcomes in self._groups():
            yield separator + b",".join(outcomes)
            separator = b","
        counts = ",".join(f'"{name}":{self._counts[name]}' for name in ("issued", "replayed", "refused"))
        yield f"],{counts}}}".encode()

    async def as_lines(self) -> AsyncIterator[bytes]:
        async for outcomes in self._groups():
            yield b"\n".join(outcomes) + b"\n"

    async def _groups(self) -> AsyncIterator[list[bytes]]:
        for start in range(0, len(self._values), GROUP_ROWS):
            yield await anyio.to_thread.run_sync(self._group, start)

    def _group(self, start: int) -> list[bytes]:
        """The outcomes of one group, durable, as JSON."""
        rows = [read_completion(value, self._laurel) for value in self._values[start : start + GROUP_ROWS]]
        outcomes = self._award([row for row in rows if isinstance(row, Completion)])
        stored = self._read_back(outcomes)
        answers = iter(zip(outcomes, stored, strict=True))
        written = []
        for number, row in enumerate(rows, start):
            outcome, credential = next(answers) if isinstance(row, Completion) else (Refused(row), None)
            written.append(self._written(number, outcome, credential))
        return written

    def _award(self, completions: Sequence[Completion]) -> Sequence[Outcome | None]:
        """When storage goes away, what is done stays done, and the rest is refused without trying.

        A group that fails for another reason is tried again row by row; None stands for a row that fails alone, too.
        """
        if self._lost is not None:
            return [Refused(self._lost)] * len(completions)
        try:
            return self._laurel.writer.award_group(
                [AwardRequest(completion, self._actor, self._now) for completion in completions]
            )
        except UnavailableError as error:
            self._lost = error
            return [Refused(error)] * len(completions)
        except Exception:  # noqa: BLE001 - the answer has begun; whatever it was, each row gets one
            if len(completions) > 1:
                return [outcome for completion in completions for outcome in self._award([completion])]
            _log.exception("unexpected")
            return [None]

    def _read_back(self, outcomes: Sequence[Outcome | None]) -> Iterator[credentials.StoredCredential | None]:
        """Replayed credentials come from the database, after the commit; new ones are at hand."""
        ids = [outcome.credential_id for outcome in outcomes if isinstance(outcome, Awarded) and not outcome.stored]
        found = {}
        if ids:
            with self._laurel.database.reading(self._actor.issuer_id) as session:
                found = credentials.get_credentials(session, ids)
        for outcome in outcomes:
            if isinstance(outcome, Awarded):
                yield outcome.stored or found[outcome.credential_id]
            else:
                yield None

    def _written(self, number: int, outcome: Outcome | None, credential: credentials.StoredCredential | None) -> bytes:
        """A `BatchOutcome`."""
        if not isinstance(outcome, Awarded) or credential is None:
            name, resource, problem = "refused", b"null", self._problem(outcome)
        else:
            name = "replayed" if outcome.replayed else "issued"
            resource, problem = credential_bytes(credential, self._laurel.instance.site, now=self._now), b"null"
        self._counts[name] += 1
        return b'{"row":%d,"outcome":"%b","credential":%b,"problem":%b}' % (number, name.encode(), resource, problem)

    def _problem(self, outcome: Outcome | None) -> bytes:
        if isinstance(outcome, Refused):
            return strictjson.dumps(problem_document(self._request, outcome.error))
        return strictjson.dumps(internal_document(self._request))
