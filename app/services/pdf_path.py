"""Looking into PDF files in processes that can be killed (docs/decisions/0021)."""

from __future__ import annotations

import json
from typing import Final

from app.errors import InputError, MalformedDocumentError, TooLargeError
from app.openbadges import NOTHING_ATTACHED, SEVERAL_ATTACHED, Printed
from app.services.pdf_tasks import ATTACHED, PRINTED
from app.services.workers import Kind, Workers

__all__ = ["PDFPath"]


class PDFPath:
    """What `ReadLimits.unbake_pdf` asks for, and `printed` what `ReadLimits.printed_by_pdf` does.

    Thread-safe; a call waits its turn for `seconds` and has as many to be read.
    """

    def __init__(self, *, workers: int = 1, seconds: float = 2.0) -> None:
        self._workers = Workers(_KIND, workers=workers, seconds=seconds)

    def __call__(self, raw: bytes, /) -> str:
        """The credential that is attached to `raw`, of which the caller has looked at the size.

        Raises what `unbake_pdf` raises, TooLargeError for a file that took too long or too much memory, and
        OverloadedError for one whose turn did not come in time, or for whose worker there was no room.
        """
        return self._workers.ask(ATTACHED + raw).decode()

    def printed(self, raw: bytes, /) -> Printed:
        """What its pages print. A task of its own, so that pages which take too long, or too much memory, leave what is
        attached to them as it is. Raises OverloadedError.
        """
        try:
            told = json.loads(self._workers.ask(PRINTED + raw))
        except TooLargeError:
            return Printed("", whole=False)
        return Printed(**told)

    def close(self) -> None:
        """Ends the workers that wait. One that is reading ends with this process, if not before."""
        self._workers.close()


# What comes from another process is a plain text: these are told in other languages again.
_TOLD: Final = {str(one): one for one in (NOTHING_ATTACHED, SEVERAL_ATTACHED)}


def _refusal(code: str, message: str) -> InputError:
    message = _TOLD.get(message, message)
    return TooLargeError(message) if code == TooLargeError.code else MalformedDocumentError(message)


_KIND: Final = Kind("app.services.pdf_path_worker", "PDF", TooLargeError, _refusal)
