"""issuer, achievement, apikey: what is set up before anything can be earned."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from app.cli.reading import read_model
from app.main import build
from app.routers.deps import Laurel
from app.routers.management import to_new_issuer
from app.schemas.achievements import AchievementIn
from app.schemas.api_keys import LONGEST_OVERLAP, Scope
from app.schemas.issuers import IssuerChangeIn, IssuerIn
from app.services import achievements, api_keys, issuers
from app.services.actors import TERMINAL, has_ended
from app.services.readiness import require_newest_schema
from app.settings import Settings, load_settings

_PATIENCE_SECONDS = 600

issuer_app = typer.Typer(no_args_is_help=True, help="Issuers.")
achievement_app = typer.Typer(no_args_is_help=True, help="Achievements.")
apikey_app = typer.Typer(no_args_is_help=True, help="API keys.")


def register(app: typer.Typer) -> None:
    app.add_typer(issuer_app, name="issuer")
    app.add_typer(achievement_app, name="achievement")
    app.add_typer(apikey_app, name="apikey")


@contextmanager
def opened(settings: Settings | None = None) -> Iterator[Laurel]:
    # Whoever sits at a terminal waits for answers that would be too late for a request.
    laurel = build((settings or load_settings()).model_copy(update={"database_seconds": _PATIENCE_SECONDS}))
    try:
        require_newest_schema(laurel.database)
        yield laurel
    finally:
        laurel.close()


@issuer_app.command("create")
def issuer_create(
    file: Annotated[Path, typer.Argument(help="The body of POST /v1/issuers as JSON; - for standard input.")],
    open_badges_2: Annotated[
        bool, typer.Option("--open-badges-2", help="As the member openBadges2: publish badges in version 2 as well.")
    ] = False,
) -> None:
    """Create an issuer with a DID and two signing keys."""
    body = read_model(IssuerIn, file)
    with opened() as laurel, laurel.database.transaction() as session:
        new = to_new_issuer(body)
        if open_badges_2:
            new = replace(new, open_badges_2=True)
        issuer = issuers.create_issuer(
            session, new, instance=laurel.instance, actor_name=TERMINAL.name, now=laurel.clock()
        )
        print(issuer.did)


@issuer_app.command("change")
def issuer_change(
    slug: Annotated[str, typer.Argument(help="Of the issuer.")],
    file: Annotated[Path, typer.Argument(help="The body of PATCH /v1/issuers/{slug} as JSON; - for standard input.")],
) -> None:
    """Change its profile or its settings; badges of before say what they said."""
    body = read_model(IssuerChangeIn, file)
    with opened() as laurel, laurel.database.transaction() as session:
        change = issuers.IssuerChange(body.profile(), body.settings())
        issuers.change_issuer(session, slug, change, actor=TERMINAL, now=laurel.clock())


@issuer_app.command("list")
def issuer_list() -> None:
    """Every issuer: slug, DID, name."""
    with opened() as laurel, laurel.database.reading() as session:
        for view in issuers.list_issuers(session, None):
            print(view.row.slug, view.row.did, view.profile["name"], sep="\t")


@achievement_app.command("create")
def achievement_create(
    file: Annotated[Path, typer.Argument(help="The body of POST /v1/achievements as JSON; - for standard input.")],
) -> None:
    """Create an achievement."""
    body = read_model(AchievementIn, file)
    with opened() as laurel, laurel.database.transaction() as session:
        edition = achievements.create_achievement(
            session,
            body.definition(),
            slug=body.slug,
            issuer_slug=body.issuer,
            instance=laurel.instance,
            actor=TERMINAL,
            now=laurel.clock(),
        )
        print(laurel.instance.site.achievement(edition.achievement.id))


@achievement_app.command("list")
def achievement_list() -> None:
    """Every achievement: issuer, slug, address, name."""
    with opened() as laurel, laurel.database.reading() as session:
        after = None
        while True:
            page = achievements.list_achievements(session, actor=TERMINAL, after=after, limit=100)
            for edition in page.items:
                address = laurel.instance.site.achievement(edition.achievement.id)
                print(edition.issuer.slug, edition.achievement.slug, address, edition.definition.name, sep="\t")
            if (after := page.next) is None:
                return


@apikey_app.command("create")
def apikey_create(
    name: Annotated[str, typer.Argument(help="What the key is for.")],
    issuer: Annotated[
        str | None, typer.Option(help="Slug of the issuer it is bound to; none for an admin key.")
    ] = None,
    scope: Annotated[list[Scope] | None, typer.Option(help="May be given several times.")] = None,
    test: Annotated[bool, typer.Option(help="Badges issued with it are marked as tests.")] = False,
) -> None:
    """Create an API key and print it, once. Without --issuer and --scope it is an admin key."""
    scopes = scope or ([Scope.READ, Scope.ISSUE, Scope.REVOKE, Scope.MANAGE] if issuer else [Scope.ADMIN])
    with opened() as laurel, laurel.database.transaction() as session:
        new = api_keys.create_api_key(
            session,
            instance=laurel.instance,
            actor=TERMINAL,
            name=name,
            issuer_slug=issuer,
            scopes=scopes,
            test=test,
            expires_at=None,
            now=laurel.clock(),
        )
    print(new.token)


@apikey_app.command("list")
def apikey_list() -> None:
    """Every key: prefix, issuer, scopes, state, end, last use, name."""
    with opened() as laurel, laurel.database.reading() as session:
        for known in api_keys.every_api_key(session):
            row = known.row
            state = "revoked" if row.revoked_at else "expired" if has_ended(row, laurel.clock()) else "active"
            moments = [f"{at:%Y-%m-%dT%H:%M:%SZ}" if at else "-" for at in (row.expires_at, row.last_used_at)]
            print(row.prefix, known.issuer_slug or "-", ",".join(row.scopes), state, *moments, row.name, sep="\t")


@apikey_app.command("rotate")
def apikey_rotate(
    prefix: Annotated[str, typer.Argument(help="The ten characters after lrl_live_ or lrl_test_.")],
    overlap: Annotated[
        int, typer.Option(min=0, max=LONGEST_OVERLAP, help="Seconds for which both keys work.")
    ] = 86_400,
) -> None:
    """Create a key like another one, which ends when the overlap does, and print it, once."""
    with opened() as laurel, laurel.database.transaction() as session:
        new = api_keys.rotate_api_key(
            session,
            prefix,
            overlap=timedelta(seconds=overlap),
            instance=laurel.instance,
            actor=TERMINAL,
            now=laurel.clock(),
        )
    print(new.token)


@apikey_app.command("revoke")
def apikey_revoke(
    prefix: Annotated[str, typer.Argument(help="The ten characters after lrl_live_ or lrl_test_.")],
) -> None:
    """End a key at once."""
    with opened() as laurel, laurel.database.transaction() as session:
        api_keys.revoke_api_key(session, prefix, actor=TERMINAL, now=laurel.clock())
