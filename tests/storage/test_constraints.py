"""Each rule of the database broken once, by a row that is right in all else."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from tests.storage.rows import DIGEST, NOW, add_achievement, add_key, award
from tests.storage.town import TABLES, database, refusal, store, town, undone

__all__ = ["database", "town"]  # fixtures


@pytest.mark.parametrize("table", sorted(TABLES))
def test_the_unchanged_row_is_taken(database, town, table):
    with undone(database) as session:
        store(session, town, table)
        if database.dialect == "postgresql":
            session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


def raw(value):
    """A literal that the column's type in Python would not let pass."""
    return text(value)


# name: (table, constraint, what to change given the town's names)
BROKEN = {
    "two issuers of one slug": ("issuers", "uq_issuers_slug", lambda n: {"slug": "here"}),
    "two issuers of one DID": (
        "issuers", "uq_issuers_did", lambda n: {"did": "did:web:badges.example:issuers:here"}),
    "a slug in capitals": ("issuers", "ck_issuers_slug", lambda n: {"slug": "Here"}),
    "a slug with a slash": ("issuers", "ck_issuers_slug", lambda n: {"slug": "a/b"}),
    "a slug with a space": ("issuers", "ck_issuers_slug", lambda n: {"slug": "a b"}),
    "an empty slug": ("issuers", "ck_issuers_slug", lambda n: {"slug": ""}),
    "a slug of 101 letters": ("issuers", "ck_issuers_slug", lambda n: {"slug": "a" * 101}),
    "a logo that is not there": ("issuers", "fk_issuers_logo_sha256", lambda n: {"logo_sha256": DIGEST}),
    "an unknown visibility": ("credentials", "ck_credentials_visibility", lambda n: {"visibility": raw("'hidden'")}),
    "an issuer revision of 0": ("issuers", "ck_issuers_revision", lambda n: {"revision": 0}),
    "two keys of one kid": ("signing_keys", "uq_signing_keys_issuer_id_kid", lambda n: {"kid": "k1"}),
    "two active keys for a purpose": (
        "signing_keys", "uq_signing_keys_active", lambda n: {"purpose": "data-integrity"}),
    "an unknown algorithm": (
        "signing_keys", "ck_signing_keys_algorithm", lambda n: {"algorithm": raw("'HS256'")}),
    "an unknown purpose": ("signing_keys", "ck_signing_keys_purpose", lambda n: {"purpose": raw("'login'")}),
    "an unknown key state": (
        "signing_keys", "ck_signing_keys_state", lambda n: {"state": raw("'lost'"), "retired_at": NOW}),
    "an active key with a date of retirement": (
        "signing_keys", "ck_signing_keys_retired_at", lambda n: {"retired_at": NOW}),
    "a retired key without one": (
        "signing_keys", "ck_signing_keys_retired_at", lambda n: {"state": "retired"}),
    "a pending key with a date of retirement": (
        "signing_keys", "ck_signing_keys_retired_at", lambda n: {"state": "pending", "retired_at": NOW}),
    "a compromised key without a moment": (
        "signing_keys", "ck_signing_keys_compromised_at", lambda n: {"state": "compromised", "retired_at": NOW}),
    "a destroyed key without a moment": (
        "signing_keys", "ck_signing_keys_destroyed_at",
        lambda n: {"state": "destroyed", "retired_at": NOW, "ciphertext": b""}),
    "a destroyed key of which something is left": (
        "signing_keys", "ck_signing_keys_nothing_left",
        lambda n: {"state": "destroyed", "retired_at": NOW, "destroyed_at": NOW}),
    "a key that nothing holds": ("signing_keys", "ck_signing_keys_backend", lambda n: {"backend": raw("'paper'")}),
    "a stop lifted by nobody": ("stops", "ck_stops_lifted", lambda n: {"lifted_at": NOW}),
    "a stop of an issuer that is not there": ("stops", "fk_stops_issuer_id", lambda n: {"issuer_id": n["nobody"]}),
    "a chain without lines": ("audit_heads", "ck_audit_heads_length", lambda n: {"length": 0}),
    "a chain with a short digest": ("audit_heads", "ck_audit_heads_sha256_length", lambda n: {"sha256": b"x"}),
    "a credential that follows itself": (
        "successions", "ck_successions_two", lambda n: {"predecessor_id": n["spare"].id}),
    "an unknown kind of succession": ("successions", "ck_successions_kind", lambda n: {"kind": raw("'merger'")}),
    "a successor in another tenant": (
        "successions", "fk_successions_issuer_id_successor_id", lambda n: {"successor_id": n["theirs"].id}),
    "a predecessor in another tenant": (
        "successions", "fk_successions_issuer_id_predecessor_id", lambda n: {"predecessor_id": n["theirs"].id}),
    "superseded bytes with a short digest": (
        "superseded_documents", "ck_superseded_documents_sha256_length", lambda n: {"sha256": b"x"}),
    "superseded bytes of another tenant's credential": (
        "superseded_documents", "fk_superseded_documents_issuer_id_credential_id",
        lambda n: {"credential_id": n["theirs"].id}),
    "superseded bytes by another tenant's key": (
        "superseded_documents", "fk_superseded_documents_issuer_id_signing_key_id",
        lambda n: {"signing_key_id": n["there"].key_id}),
    "an erased completion with a short digest": (
        "erased_completions", "ck_erased_completions_digest_length", lambda n: {"digest": b"x"}),
    "an erased completion of another tenant's credential": (
        "erased_completions", "fk_erased_completions_issuer_id_credential_id",
        lambda n: {"credential_id": n["theirs"].id}),
    "an unknown form of endorsement": ("endorsements", "ck_endorsements_form", lambda n: {"form": raw("'pdf'")}),
    "an endorsement with a short digest": (
        "endorsements", "ck_endorsements_sha256_length", lambda n: {"sha256": b"x"}),
    "an endorsement of nobody": (
        "endorsements", "fk_endorsements_issuer_id", lambda n: {"issuer_id": n["nobody"], "achievement_id": None}),
    "an endorsement of another tenant's achievement": (
        "endorsements", "fk_endorsements_issuer_id_achievement_id",
        lambda n: {"achievement_id": n["there"].achievement_id}),
    "a key of nobody": ("signing_keys", "fk_signing_keys_issuer_id", lambda n: {"issuer_id": n["nobody"]}),
    "a short digest of a secret": (
        "api_keys", "ck_api_keys_secret_sha256_length", lambda n: {"secret_sha256": b"short"}),
    "an API key of nobody": ("api_keys", "fk_api_keys_issuer_id", lambda n: {"issuer_id": n["nobody"]}),
    "two achievements of one slug": (
        "achievements", "uq_achievements_issuer_id_slug", lambda n: {"slug": "differentiated-teaching"}),
    "an achievement slug in capitals": ("achievements", "ck_achievements_slug", lambda n: {"slug": "A"}),
    "an image that is not there": (
        "achievements", "fk_achievements_image_sha256", lambda n: {"image_sha256": DIGEST}),
    "an achievement of nobody": (
        "achievements", "fk_achievements_issuer_id", lambda n: {"issuer_id": n["nobody"]}),
    "a current revision that is not there": (
        "achievements", "fk_achievements_revision", lambda n: {"revision": 7}),
    "two revisions of one number": (
        "achievement_revisions", "uq_achievement_revisions_achievement_id_number", lambda n: {"number": 1}),
    "revision 0": ("achievement_revisions", "ck_achievement_revisions_number", lambda n: {"number": 0}),
    "a revision of another tenant's achievement": (
        "achievement_revisions", "fk_achievement_revisions_issuer_id_achievement_id",
        lambda n: {"achievement_id": n["there"].achievement_id}),
    "an image under half a digest": ("images", "ck_images_sha256_length", lambda n: {"sha256": DIGEST[:16]}),
    "an image without height": ("images", "ck_images_size", lambda n: {"height": 0}),
    "two lists of one number": (
        "status_lists", "uq_status_lists_issuer_id_purpose_number", lambda n: {"number": 1}),
    "two open lists": ("status_lists", "uq_status_lists_open", lambda n: {"open": True}),
    "a list too short for privacy": ("status_lists", "ck_status_lists_length", lambda n: {"length": 131_071}),
    "more entries given out than there are": (
        "status_lists", "ck_status_lists_allocated", lambda n: {"allocated": 131_073}),
    "list number 0": ("status_lists", "ck_status_lists_counters", lambda n: {"number": 0}),
    "an unknown status purpose": (
        "status_lists", "ck_status_lists_purpose", lambda n: {"purpose": raw("'x'")}),
    "a list of nobody": ("status_lists", "fk_status_lists_issuer_id", lambda n: {"issuer_id": n["nobody"]}),
    "one status index for two credentials": (
        "credentials", "uq_credentials_status_list_id_status_index",
        lambda n: {"status_index": n["spare"].status_index}),
    "two credentials for one completion": (
        "credentials", "uq_credentials_natural_key", lambda n: {"external_id": n["spare"].external_id}),
    "a negative status index": ("credentials", "ck_credentials_status_index", lambda n: {"status_index": -1}),
    "an end before the beginning": (
        "credentials", "ck_credentials_validity", lambda n: {"valid_until": NOW - timedelta(seconds=1)}),
    "a short digest of the document": (
        "credentials", "ck_credentials_sha256_length", lambda n: {"sha256": b"x"}),
    "a short digest of the request": (
        "credentials", "ck_credentials_request_sha256_length", lambda n: {"request_sha256": b"x"}),
    "an external id of 256 letters": (
        "credentials", "ck_credentials_external_id_length", lambda n: {"external_id": "x" * 256}),
    "a source of 256 letters": (
        "credentials", "ck_credentials_source_length", lambda n: {"source": "x" * 256}),
    "another tenant's achievement": (
        "credentials", "fk_credentials_issuer_id_achievement_id_revision_id",
        lambda n: {"achievement_id": n["there"].achievement_id, "revision_id": n["there"].revision_id}),
    "another tenant's key": (
        "credentials", "fk_credentials_issuer_id_signing_key_id",
        lambda n: {"signing_key_id": n["there"].key_id}),
    "another tenant's status list": (
        "credentials", "fk_credentials_issuer_id_status_list_id",
        lambda n: {"status_list_id": n["their list"], "status_index": 131_072}),
    "an empty idempotency key": ("idempotency_keys", "ck_idempotency_keys_key_length", lambda n: {"key": ""}),
    "an idempotency key of 256 letters": (
        "idempotency_keys", "ck_idempotency_keys_key_length", lambda n: {"key": "k" * 256}),
    "an idempotency key with a short digest": (
        "idempotency_keys", "ck_idempotency_keys_request_sha256_length", lambda n: {"request_sha256": b"x"}),
    "an idempotency key for another tenant's credential": (
        "idempotency_keys", "fk_idempotency_keys_issuer_id_credential_id",
        lambda n: {"credential_id": n["theirs"].id}),
    "a second change of an entry": (
        "status_changes", "uq_status_changes_list_id_status_index",
        lambda n: {"status_index": n["mine"].status_index}),
    "a second change of a credential": (
        "status_changes", "uq_status_changes_credential_id", lambda n: {"credential_id": n["mine"].id}),
    "an unknown status": (
        "status_changes", "ck_status_changes_value", lambda n: {"value": raw("'unrevoked'")}),
    "a change of another tenant's credential": (
        "status_changes", "fk_status_changes_issuer_id_credential_id",
        lambda n: {"credential_id": n["theirs"].id}),
    "a change of an entry that no credential holds": (
        "status_changes", "fk_status_changes_list_id_status_index", lambda n: {"status_index": 131_072}),
    "an event of an issuer that is not there": (
        "audit_events", "fk_audit_events_issuer_id", lambda n: {"issuer_id": n["nobody"]}),
    "two signing instances of one name": (
        "vc_instances", "uq_vc_instances_issuer_id_name", lambda n: {"name": "eddsa-rdfc-2022"}),
    "two signing instances of one DID": ("vc_instances", "uq_vc_instances_did", lambda n: {"did": "did:key:z6Mk"}),
    "a signing instance without a name": ("vc_instances", "ck_vc_instances_name_length", lambda n: {"name": ""}),
    "a signing instance of an unknown algorithm": (
        "vc_instances", "ck_vc_instances_algorithm", lambda n: {"algorithm": raw("'HS256'")}),
    "a signing instance of nobody": (
        "vc_instances", "fk_vc_instances_issuer_id", lambda n: {"issuer_id": n["nobody"]}),
    "two lists of one number of an instance": (
        "vc_status_lists", "uq_vc_status_lists_instance_id_purpose_number", lambda n: {"number": 1}),
    "two open lists of an instance": ("vc_status_lists", "uq_vc_status_lists_open", lambda n: {"open": True}),
    "a list of an instance too short for privacy": (
        "vc_status_lists", "ck_vc_status_lists_length", lambda n: {"length": 131_071}),
    "more entries of an instance given out than there are": (
        "vc_status_lists", "ck_vc_status_lists_allocated", lambda n: {"allocated": 131_073}),
    "list number 0 of an instance": ("vc_status_lists", "ck_vc_status_lists_counters", lambda n: {"number": 0}),
    "an unknown purpose of an instance's list": (
        "vc_status_lists", "ck_vc_status_lists_purpose", lambda n: {"purpose": raw("'x'")}),
    "a list of no instance": (
        "vc_status_lists", "fk_vc_status_lists_instance_id", lambda n: {"instance_id": n["nobody"]}),
    "a negative index in an instance's list": (
        "vc_status_entries", "ck_vc_status_entries_status_index", lambda n: {"status_index": -1}),
    "a short digest of a credential's id": (
        "vc_status_entries", "ck_vc_status_entries_credential_sha256_length",
        lambda n: {"credential_sha256": b"x"}),
    "an entry of no list": ("vc_status_entries", "fk_vc_status_entries_list_id", lambda n: {"list_id": n["nobody"]}),
    "an unknown status of an entry": (
        "vc_status_changes", "ck_vc_status_changes_value", lambda n: {"value": raw("'unrevoked'")}),
    "a change of an entry that nothing holds": (
        "vc_status_changes", "fk_vc_status_changes_list_id_status_index", lambda n: {"status_index": 131_072}),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_row_is_refused(database, town, name):
    table, constraint, change = BROKEN[name]
    nameless = database.dialect == "sqlite" and constraint.startswith("fk_")
    refused = refusal(database, town, table, change(town.rows["names"]))
    assert refused == (None if nameless else constraint)


def test_a_prefix_leads_to_one_api_key(database, town):
    assert refusal(database, town, "api_keys", {}, {"id": uuid4()}) == "uq_api_keys_prefix"


def test_an_entry_of_an_instance_is_held_once_and_changed_once(database, town):
    place = {"list_id": town.rows["names"]["vc list"], "status_index": 0}
    assert refusal(database, town, "vc_status_entries", place) == "pk_vc_status_entries"
    assert refusal(database, town, "vc_status_changes", place) == "pk_vc_status_changes"


@pytest.mark.parametrize(
    ("table", "constraint", "again"),
    [
        ("successions", "pk_successions", {"successor_id": "another"}),
        ("successions", "uq_successions_successor_id", {"predecessor_id": "another"}),
        ("superseded_documents", "pk_superseded_documents", {}),
        ("erased_completions", "uq_erased_completions_credential_id", {"digest": bytes(32)}),
        ("erased_completions", "pk_erased_completions", {"credential_id": "another"}),
        ("endorsements", "uq_endorsements_standing", {"id": uuid4(), "achievement_id": None}),
        ("audit_heads", "pk_audit_heads", {}),
        ("receipt_keys", "uq_receipt_keys_kid", {"id": uuid4()}),
    ],
)
def test_what_there_is_once(database, town, table, constraint, again):
    with database.transaction() as session:
        [another] = award(session, town.here)
    change = {name: another.id if value == "another" else value for name, value in again.items()}
    assert refusal(database, town, table, {}, change) == constraint


def test_a_place_in_a_chain_is_taken_once(database, town):
    line = {"chain": town.here.issuer_id, "sequence": 7, "sha256": DIGEST}
    assert refusal(database, town, "audit_events", line, line) == "uq_audit_events_chain"


def test_an_endorsement_that_was_removed_may_come_again(database, town):
    with undone(database) as session:
        store(session, town, "endorsements", removed_at=NOW)
        store(session, town, "endorsements", id=uuid4())


def test_a_key_of_a_tenant_is_idempotent_once(database, town):
    assert refusal(database, town, "idempotency_keys", {}, {}) == "pk_idempotency_keys"


def test_what_may_be_equal(database, town):
    """Names in another tenant, a completion as a test, credentials without an external id."""
    names = town.rows["names"]
    with undone(database) as session:
        add_achievement(session, names["other issuer"], slug="reading")
        add_key(session, names["other issuer"], kid="k2", purpose="vc-jwt")
        award(session, town.here, test=True, external_id=names["spare"].external_id)
        award(session, town.there, external_id=names["spare"].external_id)
        award(session, town.here, count=2, external_id=None)
        store(session, town, "idempotency_keys")
        store(
            session,
            town,
            "idempotency_keys",
            issuer_id=town.there.issuer_id,
            credential_id=names["theirs"].id,
        )


def test_every_named_rule_has_a_broken_row():
    """Except of those that only serve as targets of references: they cannot be broken alone."""
    targets = {"issuer_id_id", "issuer_id_achievement_id_id"}
    elsewhere = {
        "uq_api_keys_prefix", "pk_idempotency_keys", "fk_idempotency_keys_issuer_id", "uq_audit_events_chain",
        "uq_successions_successor_id", "uq_erased_completions_credential_id", "uq_endorsements_standing",
        "uq_receipt_keys_kid",
        # implied by the reference of the credential to its list, which stands in the same row
        "fk_status_changes_issuer_id_list_id",
    }  # fmt: skip
    rules = {
        str(rule.name)
        for table in TABLES.values()
        for rule in (*table.constraints, *(index for index in table.indexes if index.unique))
    }
    primary = {name for name in rules if name.startswith("pk_")}
    rules = {name for name in rules if not name.endswith(tuple(targets))} - primary - elsewhere
    assert rules - {constraint for _, constraint, _ in BROKEN.values()} == set()
