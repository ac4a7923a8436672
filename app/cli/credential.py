"""credential: what was issued, and what becomes of it."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from app.cli.reading import as_model, read_model
from app.cli.setup import opened
from app.errors import InvalidFieldsError, NotFoundError
from app.issuance.life import State
from app.routers.deps import Laurel
from app.routers.filtering import search_of
from app.routers.resources import credential_resource
from app.routers.succession import to_correction, to_renewal
from app.schemas.completions import RenewalIn, ReplacementIn
from app.schemas.credentials import CredentialFilter, RevocationIn
from app.services import credentials, revoking, searching, showing, succeeding
from app.services.actors import TERMINAL
from app.services.appearance import Visibility
from app.services.award_rows import Request
from app.services.credentials import StoredCredential
from app.services.paging import Cursor
from app.services.searching import Search

credential_app = typer.Typer(no_args_is_help=True, help="Credentials: find them, and what becomes of them.")

Which = Annotated[str, typer.Argument(help="The credential's address or UUID.")]
Reason = Annotated[str, typer.Option(help="The badge's page shows it.")]
_BAR = 40


def register(app: typer.Typer) -> None:
    app.add_typer(credential_app, name="credential")


Achievement = Annotated[str | None, typer.Option(help="Slug, UUID or address.")]
Source = Annotated[str | None, typer.Option(help="The platform.")]
ExternalId = Annotated[str | None, typer.Option(help="The platform's name for the completion.")]
Status = Annotated[State | None, typer.Option(help="What became of it.")]
IssuedSince = Annotated[str | None, typer.Option(help="Such as 2026-05-04T10:00:00Z.")]
IssuedUntil = Annotated[str | None, typer.Option(help="The last moment that counts.")]
ValidUntilBefore = Annotated[str | None, typer.Option(help="Ends, or ended, before this moment.")]
Test = Annotated[bool | None, typer.Option("--test/--real", help="Only tests, or only real ones.")]
Seen = Annotated[Visibility | None, typer.Option("--visibility", help="Only unlisted, or only public ones.")]
Kid = Annotated[str | None, typer.Option(help="Signed with this key.")]
Email = Annotated[str | None, typer.Option(help="The learner's, whole.")]
Name = Annotated[str | None, typer.Option(help="The learner's, whole.")]
Did = Annotated[str | None, typer.Option(help="The learner's.")]


@credential_app.command()
def show(credential: Which) -> None:
    """Print the credential as `GET /v1/credentials/{id}` does."""
    with opened() as laurel, laurel.database.reading() as session:
        stored = credentials.get_credential(session, _id(credential, laurel))
        resource = credential_resource(stored, laurel.instance.site, now=laurel.clock())
    print(resource.model_dump_json(indent=2))


@credential_app.command("list")
def list_(
    achievement: Achievement = None,
    source: Source = None,
    external_id: ExternalId = None,
    status: Status = None,
    issued_since: IssuedSince = None,
    issued_until: IssuedUntil = None,
    valid_until_before: ValidUntilBefore = None,
    test: Test = None,
    visibility: Seen = None,
    kid: Kid = None,
    email: Email = None,
    name: Name = None,
    did: Did = None,
    limit: Annotated[int, typer.Option(min=1, help="How many at the most.")] = 1_000,
) -> None:
    """The credentials that fit, newest first: status, issued, achievement, learner, address."""
    search = _search(locals())
    with opened() as laurel:
        for stored in _found(laurel, search, limit):
            _print_row(stored, laurel)


@credential_app.command()
def revoke(
    credential: Annotated[
        str | None, typer.Argument(help="One credential's address or UUID; or give criteria.")
    ] = None,
    *,
    reason: Reason,
    achievement: Achievement = None,
    source: Source = None,
    external_id: ExternalId = None,
    status: Status = None,
    issued_since: IssuedSince = None,
    issued_until: IssuedUntil = None,
    valid_until_before: ValidUntilBefore = None,
    test: Test = None,
    visibility: Seen = None,
    kid: Kid = None,
    email: Email = None,
    name: Name = None,
    did: Did = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be revoked.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Revoke one credential, or all that fit the criteria: they are counted and shown, then you are asked."""
    search = _search(locals())
    reason = as_model(RevocationIn, {"reason": reason}).reason
    if (credential is None) == (search == Search()):
        raise InvalidFieldsError.one("", "Name one credential, or give at least one criterion.")
    with opened() as laurel:
        if credential is None:
            _revoke_many(laurel, search, reason, dry_run=dry_run, yes=yes)
        else:
            _revoke_one(laurel, _id(credential, laurel), reason, dry_run=dry_run)


@credential_app.command("visibility")
def visibility_(
    credential: Which, visibility: Annotated[Visibility, typer.Argument(help="Who finds its page: unlisted, public.")]
) -> None:
    """Change who finds its page: whoever has the address (unlisted), or search engines too (public)."""
    with opened() as laurel, laurel.database.transaction() as session:
        showing.show_credential(session, _id(credential, laurel), visibility, actor=TERMINAL, now=laurel.clock())


@credential_app.command()
def renew(
    credential: Which,
    file: Annotated[
        Path | None, typer.Argument(help="The body of POST /v1/credentials/{id}:renew as JSON; - for standard input.")
    ] = None,
) -> None:
    """Issue a new credential for the same learner and achievement, and print its address. The earlier one stays."""
    renewal = to_renewal(read_model(RenewalIn, file) if file else RenewalIn())
    with opened() as laurel:
        with laurel.database.reading() as session:
            request = succeeding.renewal_request(
                session,
                _id(credential, laurel),
                renewal,
                actor=TERMINAL,
                instance=laurel.instance,
                now=laurel.clock(),
            )
        _award(laurel, request)


@credential_app.command("replace")
def replace_(
    credential: Which,
    file: Annotated[
        Path, typer.Argument(help="The body of POST /v1/credentials/{id}:replace as JSON; - for standard input.")
    ],
) -> None:
    """Issue a corrected credential, revoke the earlier one, and print the address of the new one."""
    correction = to_correction(read_model(ReplacementIn, file))
    with opened() as laurel:
        with laurel.database.reading() as session:
            request = succeeding.replacement_request(
                session,
                _id(credential, laurel),
                correction,
                actor=TERMINAL,
                instance=laurel.instance,
                now=laurel.clock(),
            )
        _award(laurel, request)


def _award(laurel: Laurel, request: Request) -> None:
    """Asked again in the same words, the address is the same."""
    print(laurel.instance.site.credential(laurel.writer.submit(request).result().credential_id))


def _id(text: str, laurel: Laurel) -> UUID:
    try:
        return laurel.instance.site.credential_at(text) or UUID(text)
    except ValueError:
        raise NotFoundError(f"{text[:200]} is not the address or UUID of a credential of this service.") from None


def _search(options: dict[str, Any]) -> Search:
    """The criteria among a command's options, checked as the API checks them. Raises InvalidFieldsError."""
    given = {name: value for name, value in options.items() if name in CredentialFilter.model_fields}
    members = {CredentialFilter.model_fields[name].alias or name: value for name, value in given.items()}
    return search_of(as_model(CredentialFilter, {name: value for name, value in members.items() if value is not None}))


def _found(laurel: Laurel, search: Search, limit: int) -> list[StoredCredential]:
    found: list[StoredCredential] = []
    after: Cursor | None = None
    with laurel.database.reading() as session:
        while len(found) < limit:
            page = searching.list_credentials(
                session,
                search,
                actor=TERMINAL,
                site=laurel.instance.site,
                after=after,
                limit=min(100, limit - len(found)),
                now=laurel.clock(),
            )
            found += page.items
            if (after := page.next) is None:
                break
    return found


def _print_row(stored: StoredCredential, laurel: Laurel) -> None:
    state = stored.standing.state(laurel.clock())
    print(
        f"{state} (test)" if stored.row.test else state,
        _written(stored.row.issued_at),
        stored.edition.achievement.slug,
        stored.row.learner.get("name", ""),
        laurel.instance.site.credential(stored.row.id),
        sep="\t",
    )


def _written(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _revoke_one(laurel: Laurel, credential_id: UUID, reason: str, *, dry_run: bool) -> None:
    if dry_run:
        with laurel.database.reading() as session:
            _print_row(credentials.get_credential(session, credential_id), laurel)
        return
    with laurel.database.transaction() as session:
        found = credentials.revoke_credential(session, credential_id, reason=reason, actor=TERMINAL, now=laurel.clock())
    print("It had been revoked before; the first reason stands." if found.replayed else "Revoked.")


def _revoke_many(laurel: Laurel, search: Search, reason: str, *, dry_run: bool, yes: bool) -> None:
    site = laurel.instance.site
    with laurel.database.reading() as session:
        seen = revoking.preview(session, search, actor=TERMINAL, site=site, now=laurel.clock())
    for stored in seen.sample:
        _print_row(stored, laurel)
    if seen.count > len(seen.sample):
        print(f"… and {seen.count - len(seen.sample)} more.")
    print(f"{seen.count} credentials fit and are not revoked yet.")
    if dry_run or seen.count == 0:
        return
    if not yes and not typer.confirm(f"Revoke {seen.count} credentials for good?"):
        raise typer.Exit(1)
    revoked = 0
    for step in revoking.revoke_many(
        laurel.database, search, seen.confirmation, reason=reason, actor=TERMINAL, site=site, now=laurel.clock()
    ):
        revoked = step.revoked
        _draw(step)
    print(f"Revoked {revoked} credentials.")


def _draw(step: revoking.Progress) -> None:
    """A bar on standard error, for people only."""
    if not sys.stderr.isatty():
        return
    part = step.revoked / step.of if step.of else 1.0
    bar = "#" * round(part * _BAR)
    end = "\n" if step.revoked >= step.of else ""
    print(f"\r[{bar:<{_BAR}}] {step.revoked}/{step.of}", end=end, file=sys.stderr, flush=True)
