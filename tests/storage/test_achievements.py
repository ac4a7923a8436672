from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from app.errors import NotFoundError
from app.storage import Database, IntegrityError, achievements, broken_constraint, images, issuers
from tests.storage.rows import DIGEST, NOW, add_achievement, add_issuer

LATER = NOW + timedelta(days=1)


@pytest.fixture
def issuer(database):
    with database.transaction() as session:
        return add_issuer(session)


def test_an_achievement_has_its_first_revision(database, issuer):
    with database.transaction() as session:
        made = add_achievement(session, issuer.id, "reading")
    with database.reading() as session:
        by_id = achievements.get_achievement(session, made.achievement.id, issuer_id=issuer.id)
        by_slug = achievements.get_achievement_by_slug(session, issuer.id, "reading")
    assert by_id.achievement.slug == "reading"
    assert (by_slug.revision.number, by_slug.revision.definition) == (1, {"name": "reading"})


def test_a_new_revision_is_current_and_the_old_one_stays(database, issuer):
    with database.transaction() as session:
        first = add_achievement(session, issuer.id, "reading")
    with database.transaction() as session:
        current = achievements.get_achievement(session, first.achievement.id, issuer_id=None)
        achievements.add_revision(
            session, current.achievement, revision_id=uuid4(), definition={"name": "Reading 2"}, now=LATER
        )
    with database.reading() as session:
        current = achievements.get_achievement(session, first.achievement.id, issuer_id=None)
        old = achievements.get_revision(session, first.revision.id)
        numbers = [item.number for item in achievements.list_revisions(session, first.achievement.id)]
    assert (current.revision.number, current.revision.definition) == (2, {"name": "Reading 2"})
    assert (current.achievement.updated_at, old.definition, numbers) == (LATER, {"name": "reading"}, [2, 1])


def test_two_who_revise_the_same_achievement_do_not_both_win(database, issuer):
    with database.transaction() as session:
        stale = add_achievement(session, issuer.id).achievement
    for expected in (None, "uq_achievement_revisions_achievement_id_number"):
        broken = None
        try:
            with database.transaction() as session:
                achievements._with_revision(session, _at(session, stale, 2), uuid4(), {}, LATER)
        except IntegrityError as error:
            broken = broken_constraint(error)
        assert broken == expected


def test_what_belongs_to_another_is_not_there(database, issuer):
    with database.transaction() as session:
        other = add_issuer(session, "other")
        theirs = add_achievement(session, other.id, "reading")
    with database.reading() as session:
        assert achievements.find_achievement_by_slug(session, issuer.id, "reading") is None
        for get, name in (
            (achievements.get_achievement, theirs.achievement.id),
            (achievements.get_achievement, uuid4()),
        ):
            with pytest.raises(NotFoundError):
                get(session, name, issuer_id=issuer.id)
        with pytest.raises(NotFoundError):
            achievements.get_achievement_by_slug(session, issuer.id, "reading")
        with pytest.raises(NotFoundError):
            achievements.get_revision(session, uuid4())
        assert achievements.list_achievements(session, issuer_id=issuer.id).items == ()


def test_slugs_of_a_batch_in_one_go(database, issuer):
    with database.transaction() as session:
        for slug in ("one", "two", "three"):
            add_achievement(session, issuer.id, slug)
    with database.reading() as session:
        found = achievements.find_achievements_by_slug(session, issuer.id, ["one", "two", "one", "nine"])
        assert achievements.find_achievements_by_slug(session, issuer.id, []) == {}
    assert {slug: item.revision.definition["name"] for slug, item in found.items()} == {"one": "one", "two": "two"}


def test_versions_of_one_slug_at_several_issuers(database, issuer):
    with database.transaction() as session:
        for owner in (issuer, add_issuer(session, "other")):
            added = add_achievement(session, owner.id, "reading")
    with database.reading() as session:
        mine, everybodys = (list_versions(session, "reading", issuer_id=owner) for owner in (issuer.id, None))
        by_id = [list_versions(session, added.achievement.id, issuer_id=owner) for owner in (None, issuer.id)]
        assert list_versions(session, "reading", issuer_id=uuid4()) == ()
        assert list_versions(session, uuid4(), issuer_id=None) == ()
    assert [version.issuer_id for version in mine] == [issuer.id]
    assert len(everybodys) == 2
    assert by_id == [(added.version,), ()]


def test_each_change_is_another_version(database, issuer):
    with database.transaction() as session:
        achievement = add_achievement(session, issuer.id, "reading").achievement
    seen = [version_now(database, achievement.id)]
    for change in (revise, picture, no_picture, touch_issuer):
        with database.transaction() as session:
            change(session, achievement.id)
        seen.append(version_now(database, achievement.id))
        assert version_now(database, achievement.id) == seen[-1]
    assert len(set(seen)) == 5


def list_versions(session, name, **options):
    by_id = isinstance(name, UUID)
    return achievements.list_versions(
        session, achievement_id=name if by_id else None, slug="" if by_id else name, **options
    )


def version_now(database, achievement_id):
    """As the short statement has it, which is also how the rows themselves have it."""
    with database.reading() as session:
        [version] = list_versions(session, achievement_id, issuer_id=None)
        assert achievements.get_achievement(session, achievement_id, issuer_id=None).version == version
    return version


def revise(session, achievement_id):
    achievement = achievements.get_achievement(session, achievement_id, issuer_id=None).achievement
    achievements.add_revision(session, achievement, revision_id=uuid4(), definition={"name": "other"}, now=LATER)


def picture(session, achievement_id):
    images.add_image(session, sha256=b"1" * 32, media_type="image/png", content=b"1", width=1, height=1, now=LATER)
    achievement = achievements.get_achievement(session, achievement_id, issuer_id=None).achievement
    achievements.set_image(session, achievement, sha256=b"1" * 32, now=LATER)


def no_picture(session, achievement_id):
    achievement = achievements.get_achievement(session, achievement_id, issuer_id=None).achievement
    achievements.set_image(session, achievement, sha256=None, now=LATER + timedelta(hours=1))


def touch_issuer(session, achievement_id):
    owner = achievements.get_achievement(session, achievement_id, issuer_id=None).issuer
    issuers.update_issuer(session, issuers.lock_issuer(session, owner.id), settings={"zone": "UTC"}, now=LATER)


def test_achievements_in_pages_newest_first(database, issuer):
    with database.transaction() as session:
        for hour in range(5):
            add_achievement(session, issuer.id, f"a{hour}", now=NOW + timedelta(hours=hour))
    with database.reading() as session:
        first = achievements.list_achievements(session, issuer_id=issuer.id, limit=2)
        second = achievements.list_achievements(session, issuer_id=None, after=first.next, limit=3)
    assert [item.achievement.slug for item in first.items + second.items] == ["a4", "a3", "a2", "a1", "a0"]
    assert [item.revision.definition["name"] for item in first.items] == ["a4", "a3"]
    assert second.next is None


def test_an_image_is_kept_once_and_taken_off_again(database, issuer):
    image = {
        "sha256": DIGEST,
        "media_type": "image/png",
        "content": b"png",
        "width": 600,
        "height": 600,
        "now": NOW,
    }
    with database.transaction() as session:
        images.add_image(session, **image)
        images.add_image(session, **image)
        made = add_achievement(session, issuer.id).achievement
        achievements.set_image(session, made, sha256=DIGEST, now=LATER)
    with database.reading() as session:
        current = achievements.get_achievement(session, made.id, issuer_id=None).achievement
        assert images.get_image(session, current.image_sha256).content == b"png"
        assert images.get_measures(session, current.image_sha256) == ("image/png", image["width"], image["height"])
        with pytest.raises(NotFoundError):
            images.get_measures(session, b"\0" * 32)
        assert images.find_image(session, b"\0" * 32) is None
        with pytest.raises(NotFoundError):
            images.get_image(session, b"\0" * 32)
    with database.transaction() as session:
        current = achievements.get_achievement(session, made.id, issuer_id=None).achievement
        achievements.set_image(session, current, sha256=None, now=LATER)


def _at(session, achievement, number):
    """The achievement as somebody read it who is about to make revision `number`."""
    current = achievements.get_achievement(session, achievement.id, issuer_id=None).achievement
    current.revision = number
    return current


def test_neighbours_are_those_whose_slugs_are_next(database, issuer):
    with database.transaction() as session:
        other = add_issuer(session, "other")
        for slug in ("a", "b", "c", "d", "e"):
            add_achievement(session, issuer.id, slug)
        add_achievement(session, other.id, "c2")
    with database.reading() as session:
        near = achievements.list_neighbours(session, issuer.id, "c", most=1)
        every = achievements.list_neighbours(session, issuer.id, "c", most=9)
    assert [definition["name"] for _, definition in near] == ["d", "b"]
    assert [definition["name"] for _, definition in every] == ["d", "e", "b", "a"]


@pytest.mark.parametrize("statement", [achievements._SLUGS_AFTER, achievements._SLUGS_BEFORE], ids=["after", "before"])
def test_neighbours_are_read_in_the_order_of_an_index(sqlite_url, statement):
    """However many achievements an issuer has, a page of one of its badges reads a few."""
    database = Database.open(sqlite_url)
    with database.reading() as session:
        query = text(f"EXPLAIN QUERY PLAN {statement}")
        steps = [step.detail for step in session.execute(query, {"issuer_id": "i", "slug": "s", "most": 1})]
    database.close()
    assert "(issuer_id=? AND slug" in steps[0]
    assert not [step for step in steps if "SCAN" in step or "TEMP B-TREE" in step]
