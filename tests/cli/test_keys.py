"""`laurel key`: a night with a leaked key, from the terminal."""

from __future__ import annotations

import json

SINCE = "2026-01-01T00:00:00Z"


def keys(laurel, purpose="data-integrity"):
    lines = [line.split("\t") for line in laurel("key", "list").out.splitlines()]
    return {line[1]: line[4] for line in lines if line[3] == purpose}


def signing(laurel):
    [kid] = [kid for kid, state in keys(laurel).items() if state == "active"]
    return kid


def test_a_leaked_key_is_replaced_its_badges_signed_again_and_it_is_destroyed(laurel):
    leaked = signing(laurel)
    said = laurel("key", "compromise", "riverside", leaked, "--since", SINCE, "--reason", "A stolen backup.").out
    assert f"since {SINCE}" in said
    assert f"1 badges bear its signature: laurel key resign riverside {leaked}" in said
    assert laurel("verify", laurel.url, status=1).out.startswith("INVALID")
    assert laurel("key", "resign", "riverside", leaked).out.endswith("1 badges signed again, 0 left as they are.\n")
    assert laurel("verify", laurel.url).out.startswith("VALID")
    laurel("key", "destroy", "riverside", leaked)
    assert keys(laurel) == {leaked: "destroyed", signing(laurel): "active"}
    laurel("fsck")


def test_every_issuer_at_a_time_to_come(laurel):
    before = signing(laurel)
    said = laurel("key", "rotate", "--all", "--at", "2099-01-01T00:00:00+01:00").out
    assert said.count("from 2098-12-31T23:00:00Z") == 2
    assert signing(laurel) == before
    laurel("key", "rotate", "riverside")
    assert signing(laurel) in said


def test_what_is_asked_wrongly_is_said(laurel):
    laurel("key", "rotate", status=2)
    laurel("key", "rotate", "riverside", "--all", status=2)
    assert "no issuer 'nobody'" in laurel("key", "rotate", "nobody", status=3).err
    assert "with its zone" in laurel("key", "rotate", "riverside", "--at", "2026-06-01T00:00", status=3).err
    assert "has no key" in laurel("key", "destroy", "riverside", "none", status=3).err
    assert "Rotate the issuer's keys first" in laurel("key", "destroy", "riverside", signing(laurel), status=3).err


def test_another_key_encryption_key(laurel):
    old, new = laurel.env["LAUREL_KEY_ENCRYPTION_KEY"], "22" * 32
    laurel.env |= {"LAUREL_KEY_ENCRYPTION_KEY": new, "LAUREL_KEY_ENCRYPTION_KEY_PREVIOUS": old}
    assert laurel("key", "rewrap").out.startswith("2 keys put under the current key-encryption key")
    del laurel.env["LAUREL_KEY_ENCRYPTION_KEY_PREVIOUS"]
    laurel("issue", laurel.json_file("second.json", second(laurel)))
    laurel("fsck")


def second(laurel):
    return {**json.loads((laurel.folder / "completion.json").read_text("utf-8")), "externalId": "second"}
