"""The terminal: the same use cases as over HTTP, for whoever holds the machine.

laurel demo                      a served, verified badge from nothing
laurel serve                     the service
laurel verify badge.png          exit status 0 valid, 1 invalid, 2 undetermined, 3 unreadable
laurel inspect badge.png         what is inside, without judging
"""

from __future__ import annotations

import sys

import typer

from app.cli import (
    auditing,
    awards,
    credential,
    demo,
    doctor,
    endorsements,
    fsck,
    inspecting,
    keeping,
    keys,
    operate,
    pictures,
    preflight,
    privacy,
    setup,
    stopping,
    verify,
)
from app.errors import AppError, InvalidFieldsError
from app.routers.observability import configure_logging

_MODULES = (
    demo,
    operate,
    fsck,
    doctor,
    keeping,
    auditing,
    awards,
    credential,
    verify,
    inspecting,
    setup,
    keys,
    stopping,
    preflight,
    pictures,
    endorsements,
    privacy,
)
app = typer.Typer(
    name="laurel",
    help="Issue, publish and verify Open Badges 3.0 micro-credentials.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for module in _MODULES:
    module.register(app)


def main() -> None:
    """Runs the command. An error of ours is a sentence on standard error and exit status 3, not a traceback."""
    configure_logging("console", "warning")  # commands speak for themselves; `serve` sets its own
    try:
        app()
    except InvalidFieldsError as error:
        for problem in error.problems:
            print(f"laurel: {problem.pointer}: {problem.detail}", file=sys.stderr)
        sys.exit(3)
    except AppError as error:
        print(f"laurel: {error.message}", file=sys.stderr)
        sys.exit(3)
