"""What a worker is asked about a PDF: the first letter of the task, before the file itself."""

from __future__ import annotations

from typing import Final

ATTACHED: Final = b"A"  # the credential that is attached
PRINTED: Final = b"P"  # what the pages print
