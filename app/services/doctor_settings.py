"""Questions that the settings, the files and the disk answer."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

from app.issuance.preflight import why_unreachable
from app.jsonld import BundledContext
from app.services.examination import Deployment, Examination, Question, listed

ENVIRONMENT: Final = Question("environment", "Environment")
PUBLIC_URL: Final = Question("public-url", "Public address in the settings")
KEK: Final = Question("key-encryption-key", "Key-encryption key")
CONTEXTS: Final = Question("contexts", "JSON-LD contexts")
DISK: Final = Question("disk", "Disk space")
PENDING: Final = Question("pending-work", "Pending work")

_MIB: Final = 1024 * 1024
_GIB: Final = 1024 * _MIB
_SCARCE: Final = 100 * _MIB
_LITTLE: Final = _GIB
_LITTLE_SHARE: Final = 0.05
_LONG_WAL: Final = 256 * _MIB  # SQLite empties it at 4 MB; more means that a reader never ends, or that nobody serves

Usage = Callable[[Path], tuple[int, int, int]]
"""Bytes in all, used and free, as `shutil.disk_usage` has them. Raises OSError."""


def examine_settings(deployment: Deployment) -> Iterable[Examination]:
    yield _environment(deployment)
    yield _public_url(deployment)
    yield _kek(deployment)


def _environment(deployment: Deployment) -> Examination:
    if deployment.development:
        return ENVIRONMENT.warn(
            "This is a development deployment: it allows http and lets anybody issue as issuers for tests.",
            "For real badges set LAUREL_ENVIRONMENT=production.",
        )
    return ENVIRONMENT.ok("This is a production deployment.")


def _public_url(deployment: Deployment) -> Examination:
    trouble = why_unreachable(deployment.base_url)
    if trouble is None:
        return PUBLIC_URL.ok(f"Badges carry {deployment.base_url}, which may be reached by everybody.")
    detail = f"Badges carry {deployment.base_url}, which {trouble}: nobody outside can check one."
    cure = "Set LAUREL_PUBLIC_URL to the https address under which the world reaches this service."
    return PUBLIC_URL.warn(detail, cure) if deployment.development else PUBLIC_URL.fail(detail, cure)


def _kek(deployment: Deployment) -> Examination:
    if deployment.kek == "file":
        return KEK.ok("It is read from a file that only its owner may read.")
    cure = "Write the present key into a file that only the service may read; set LAUREL_KEY_ENCRYPTION_KEY_FILE to it."
    if deployment.kek == "environment":
        return KEK.warn(
            "It stands in the environment, which other programs of the same user and crash reports see.", cure
        )
    return KEK.warn("It was made by the service itself and lies beside the data that it protects.", cure)


def examine_contexts(contexts: Mapping[str, BundledContext]) -> Examination:
    """Each has the digest under which it is pinned."""
    changed = [url for url, context in contexts.items() if hashlib.sha256(context.raw).hexdigest() != context.sha256]
    if changed:
        return CONTEXTS.fail(
            f"The contents of {listed(changed)} are not those that signatures were made over.",
            "Install Laurel anew, from where you trust it.",
        )
    return CONTEXTS.ok(f"All {len(contexts)} have the digests under which they are pinned.")


def examine_disk(deployment: Deployment, usage: Usage = shutil.disk_usage) -> Examination:
    if deployment.sqlite_file is None:
        return DISK.ok("Nothing is kept on this machine. Watch the disk of the database server.")
    folder = deployment.sqlite_file.parent
    try:
        total, _, free = usage(folder)
    except OSError as error:
        return DISK.cannot_tell(f"The disk of {folder} cannot be asked ({error.strerror}).", "Look at the folder.")
    detail = f"{_size(free)} of {_size(total)} are free for {folder}."
    if free < _SCARCE:
        return DISK.fail(f"{detail} When it is full no badge can be issued or revoked.", "Make room at once.")
    if free < _LITTLE or free < _LITTLE_SHARE * total:
        return DISK.warn(detail, "Make room, or move the data to a larger disk.")
    return DISK.ok(detail)


def examine_pending(deployment: Deployment) -> Examination:
    """An award is done when it is answered: no queue outlives a request. What can pile up is SQLite's own log."""
    if deployment.sqlite_file is None:
        return PENDING.ok("No work waits: what was answered is done.")
    log = deployment.sqlite_file.with_name(f"{deployment.sqlite_file.name}-wal")
    try:
        size = log.stat().st_size
    except FileNotFoundError:
        size = 0
    except OSError as error:
        return PENDING.cannot_tell(f"{log} cannot be looked at ({error.strerror}).", "Run this as the service's user.")
    if size > _LONG_WAL:
        return PENDING.warn(
            f"SQLite's log {log} holds {_size(size)} that were not moved into the database file yet.",
            "Look for a program that keeps the database open for reading, such as a backup that hangs, and end it.",
        )
    return PENDING.ok("No work waits: what was answered is done.")


def _size(count: int) -> str:
    return f"{count / _GIB:,.1f} GiB" if count >= _GIB else f"{count / _MIB:,.0f} MiB"
