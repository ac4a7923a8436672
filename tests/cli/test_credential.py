"""`laurel credential`: what a school secretary does with badges, at a terminal."""

from __future__ import annotations

import json

import pytest

from app.cli import samples


def issue(laurel, number):
    body = samples.COMPLETIONS[0] | {"externalId": f"row-{number}", "source": "canvas"}
    return laurel("issue", "-", stdin=json.dumps(body).encode()).out.strip()


def show(laurel, address):
    return json.loads(laurel("credential", "show", address).out)


def rows(laurel, *options):
    return [line.split("\t") for line in laurel("credential", "list", *options).out.splitlines()]


def test_a_credential_is_shown_by_address_and_by_uuid(laurel):
    shown = show(laurel, laurel.url)
    assert (shown["id"], shown["status"], shown["successor"]) == (laurel.url, "active", None)
    assert show(laurel, laurel.url.rsplit("/", 1)[1]) == shown


@pytest.mark.parametrize("address", ["x", "https://elsewhere.example/credentials/1", "0" * 32])
def test_what_is_no_credential_here_is_said_in_a_sentence(laurel, address):
    assert laurel("credential", "show", address, status=3).err.startswith("laurel: ")


def test_credentials_are_listed_by_what_is_known_of_them(laurel):
    address = issue(laurel, 1)
    assert [row[4] for row in rows(laurel, "--source", "canvas")] == [address]
    assert {row[4] for row in rows(laurel, "--email", "AMINA@riverside.example")} == {address, laurel.url}
    assert rows(laurel, "--status", "expired") == []
    assert len(rows(laurel, "--limit", "1")) == 1
    [row] = rows(laurel, "--source", "canvas", "--external-id", "row-1", "--status", "active", "--real")
    assert (row[0], row[2], row[3]) == ("active", "differentiated-teaching", "Amina Haddad")


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--issued-since", "yesterday", "/issuedSince: Must be a date and time with a zone"),
        ("--email", "nobody", "/email: Must be an e-mail address"),
        ("--achievement", "algebra", "/achievement: There is no such achievement"),
    ],
)
def test_a_criterion_that_cannot_be_understood(laurel, option, value, said):
    assert said in laurel("credential", "list", option, value, status=3).err


def test_who_finds_it_is_changed_and_looked_for(laurel):
    assert show(laurel, laurel.url)["visibility"] == "unlisted"
    assert rows(laurel, "--visibility", "public") == []
    laurel("credential", "visibility", laurel.url, "public")
    assert show(laurel, laurel.url)["visibility"] == "public"
    assert [row[4] for row in rows(laurel, "--visibility", "public")] == [laurel.url]
    assert "secret" in laurel("credential", "visibility", laurel.url, "secret", status=2).err


def test_one_is_revoked_once(laurel):
    assert laurel("credential", "revoke", laurel.url, "--reason", "a mistake", "--dry-run").out.startswith("active\t")
    assert laurel("credential", "revoke", laurel.url, "--reason", "a mistake").out == "Revoked.\n"
    again = laurel("credential", "revoke", laurel.url, "--reason", "another")
    assert again.out == "It had been revoked before; the first reason stands.\n"
    assert show(laurel, laurel.url)["revocationReason"] == "a mistake"


def test_many_are_counted_shown_and_asked_for(laurel):
    addresses = [issue(laurel, number) for number in range(12)]
    many = ("credential", "revoke", "--source", "canvas", "--reason", "no assessment")
    dry = laurel(*many, "--dry-run").out
    assert "… and 2 more.\n12 credentials fit and are not revoked yet.\n" in dry
    assert show(laurel, addresses[0])["status"] == "active"
    assert "Revoke 12 credentials for good?" in laurel(*many, stdin=b"n\n", status=1).out
    assert show(laurel, addresses[0])["status"] == "active"
    assert laurel(*many, stdin=b"y\n").out.endswith("Revoked 12 credentials.\n")
    assert {row[0] for row in rows(laurel, "--source", "canvas")} == {"revoked"}
    assert show(laurel, laurel.url)["status"] == "active"
    assert laurel(*many, "--yes").out == "0 credentials fit and are not revoked yet.\n"


@pytest.mark.parametrize("arguments", [[], ["x", "--source", "canvas"]], ids=["neither", "both"])
def test_revoking_takes_one_or_criteria(laurel, arguments):
    ended = laurel("credential", "revoke", *arguments, "--reason", "x", status=3)
    assert "Name one credential, or give at least one criterion." in ended.err


def test_a_renewal_and_a_replacement_print_the_new_address(laurel):
    renewed = laurel("credential", "renew", laurel.url).out.strip()
    assert laurel("credential", "renew", laurel.url).out.strip() == renewed
    correction = {"reason": "The name was misspelt.", "learner": {"name": "Amina Haddad-Okafor"}}
    file = laurel.json_file("correction.json", correction)
    replaced = laurel("credential", "replace", renewed, file).out.strip()
    assert show(laurel, laurel.url)["successor"] == renewed
    assert (show(laurel, renewed)["status"], show(laurel, renewed)["successor"]) == ("replaced", replaced)
    assert show(laurel, replaced)["learner"]["name"] == "Amina Haddad-Okafor"
    assert "follows this one already" in laurel("credential", "replace", laurel.url, file, status=3).err
    assert laurel("fsck").out.endswith("3 credentials checked, 0 findings.\n")
