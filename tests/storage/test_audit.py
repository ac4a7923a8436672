from __future__ import annotations

from app.storage import NewAuditEvent, audit
from tests.storage.rows import NOW, add_issuer


def test_events_come_latest_first_and_page_by_id(database):
    with database.transaction() as session:
        here, there = add_issuer(session, "here"), add_issuer(session, "there")
        audit.add_events(session, [])
        owners = [here.id, there.id, None, here.id, here.id]
        audit.add_events(
            session,
            [NewAuditEvent(NOW, "award", "key", owner, f"s{n}", "done", {"n": n}) for n, owner in enumerate(owners)],
        )
    with database.reading() as session:
        everybody = audit.list_events(session, issuer_id=None)
        first = audit.list_events(session, issuer_id=here.id, limit=2)
        rest = audit.list_events(session, issuer_id=here.id, before=first[-1].id)
    assert [event.subject for event in everybody] == ["s4", "s3", "s2", "s1", "s0"]
    assert [event.subject for event in first + rest] == ["s4", "s3", "s0"]
    assert (rest[0].at, rest[0].detail, rest[0].issuer_id) == (NOW, {"n": 0}, here.id)
