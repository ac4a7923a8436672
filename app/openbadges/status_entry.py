"""What Bitstring Status List 1.0 asks of an entry (section 2.1), whatever credential holds it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from pydantic_core import PydanticCustomError

_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,9}")


def check_status_entry(entry: Mapping[str, Any], entry_id: str | None) -> None:
    """Raises PydanticCustomError for the first member that is not as it must be; `entry_id` is the entry's own id."""
    index, size = entry.get("statusListIndex"), entry.get("statusSize", 1)
    wrong = {
        "statusPurpose": not _is_filled(entry.get("statusPurpose")),
        "statusListCredential": not _is_filled(entry.get("statusListCredential")),
        "statusListIndex": not _INDEX.fullmatch(str(index)),
        "statusSize": isinstance(size, bool) or not isinstance(size, int) or size < 1,
    }
    for member, is_wrong in wrong.items():
        if is_wrong:
            raise PydanticCustomError("value", "needs a proper {member}", {"member": member})
    if entry_id is not None and entry_id == entry["statusListCredential"]:
        raise PydanticCustomError("value", "has the id of its whole list")


def _is_filled(value: object) -> bool:
    return isinstance(value, str) and value != ""
