"""`POST /verify/receipt`: the receipt that the result page holds, as a file. Public; nothing is stored.

The page keeps the signed receipt in a hidden field and sends it back, so that no script and no memory of ours is
needed. What this service did not sign is refused.
"""

from __future__ import annotations

from functools import partial
from typing import Final
from urllib.parse import parse_qsl

import anyio.to_thread
from fastapi import APIRouter, Request, Response

from app.errors import InputError, InvalidFieldsError
from app.language import Said
from app.routers.body import read_body, require_media_type
from app.routers.deps import Laurel, LaurelDep
from app.routers.problems import PROBLEMS
from app.services.receipt_pages import receipt_page
from app.services.receipts import MOST_BYTES, read_own_receipt, receipt_bytes, receipt_name
from app.web import pages
from app.web.answers import NOT_NOW, PAGE_CONTENT, page
from app.web.visitor import VisitorDep

router = APIRouter()

_NOT_SAVED: Final = Said("This receipt cannot be saved")
FORM: Final = "application/x-www-form-urlencoded"
_MOST_BODY: Final = 3 * MOST_BYTES + 1_024  # every byte may come as %xx
_TYPES: Final = {"json": "application/json", "pdf": "application/pdf"}


@router.post(
    "/verify/receipt",
    operation_id="saveReceipt",
    tags=["Pages"],
    summary="Save the receipt of a verification",
    response_class=Response,
    responses={
        200: {
            "description": "The receipt, as a file",
            "content": {
                "application/json": {"schema": {"type": "object"}},
                "application/pdf": {"schema": {"type": "string", "format": "binary"}},
            },
        },
        413: {"description": "What was sent is too large; the page says so", "content": PAGE_CONTENT},
        415: {"description": "What was sent is not the form; the page says so", "content": PAGE_CONTENT},
        422: {"description": "This service did not sign it; the page says why", "content": PAGE_CONTENT},
        503: NOT_NOW,
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                FORM: {
                    "schema": {
                        "type": "object",
                        "required": ["receipt", "form"],
                        "properties": {
                            "receipt": {"type": "string", "description": "The signed receipt, as JSON."},
                            "form": {"type": "string", "enum": list(_TYPES)},
                        },
                    }
                }
            },
        }
    },
)
async def save_receipt(request: Request, laurel: LaurelDep, visitor: VisitorDep) -> Response:
    """The receipt from the result page, as JSON or as a PDF with the JSON attached. Only one of this service's own."""
    try:
        fields = await _fields(request)
        form = fields.get("form", "json")
        if form not in _TYPES:
            raise InvalidFieldsError.one("/form", "The form of a receipt is json or pdf.")
        made = partial(_file, fields.get("receipt", ""), form, laurel)
        return await anyio.to_thread.run_sync(made, limiter=laurel.verifications)
    except InputError as error:
        error.__traceback__ = None  # it would keep what was sent, until the collector comes by
        status = PROBLEMS[type(error)].status
        html = pages.problem_page(status, _NOT_SAVED, error.message, visitor=visitor)
        return page(request, visitor, html, status=status, cache="no-store")


async def _fields(request: Request) -> dict[str, str]:
    require_media_type(request, FORM)
    raw = await read_body(request, _MOST_BODY)
    try:
        return dict(parse_qsl(raw.decode("ascii"), errors="strict", max_num_fields=4))
    except ValueError:  # UnicodeDecodeError is one
        raise InvalidFieldsError.one("", "Send the form as it is on the page.") from None


def _file(sent: str, form: str, laurel: Laurel) -> Response:
    receipt = read_own_receipt(sent.strip().encode(), laurel.database, instance=laurel.instance)
    raw = receipt_page(receipt) if form == "pdf" else receipt_bytes(receipt)
    name = receipt_name(receipt, form)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(raw, headers=headers, media_type=_TYPES[form])
