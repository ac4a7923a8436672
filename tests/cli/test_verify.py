"""`laurel verify`: files, addresses and standard input, with its exit status and its words."""

from __future__ import annotations

import json

import pytest

from app.cli import samples
from app.openbadges import bake_png, bake_svg
from tests.cli.conftest import BASE_URL
from tests.factories import REMOVED, key_issuer, make_credential, sign, sign_token, web_issuer
from tests.unit.openbadges.pngs import png


def test_an_address_is_judged_by_the_deployment_it_belongs_to(laurel):
    ended = laurel("verify", laurel.url)
    assert ended.out.startswith("VALID: ")
    assert "ok" in ended.out
    report = json.loads(laurel("verify", laurel.url, "--json").out)
    assert report["verdict"] == "valid"
    assert report["checks"][0]["id"] == "format"
    assert laurel("verify", laurel.url, "--email", "amina@riverside.example").out.startswith("VALID")
    assert laurel("verify", laurel.url, "--email", "x@riverside.example", status=1).out.startswith("INVALID")
    assert laurel("verify", laurel.url, "--did", "did:example:amina", status=2).out.startswith("UNDETERMINED")
    assert laurel("verify", laurel.url, "--at", "2030-01-01", status=1).out.startswith("INVALID")
    assert laurel("verify", f"{BASE_URL}/credentials/{'0' * 8}-0000-4000-8000-{'0' * 12}", status=2)
    assert laurel("verify", "https://elsewhere.example/x", status=2).out.startswith("UNDETERMINED")


def test_the_result_can_be_kept_as_a_receipt(laurel, tmp_path):
    as_json, as_pdf = tmp_path / "receipt.json", tmp_path / "receipt.pdf"
    assert laurel("verify", laurel.url, "--receipt", as_json).out.startswith("VALID: ")
    receipt = json.loads(as_json.read_bytes())
    assert (receipt["type"], receipt["verdict"], receipt["of"]["url"]) == ("VerificationReceipt", "valid", laurel.url)
    laurel("verify", laurel.url, "--receipt", as_pdf)
    assert as_pdf.read_bytes().startswith(b"%PDF-")
    laurel("verify", laurel.url, "--email", "x@riverside.example", "--receipt", as_json, status=1)
    assert json.loads(as_json.read_bytes())["verdict"] == "invalid"
    assert "-\treceipts-1\tEdDSA\treceipts\tactive" in laurel("key", "list").out
    assert "receipts-2" in laurel("key", "rotate-receipts").out
    assert "-\treceipts-1\tEdDSA\treceipts\tretired" in laurel("key", "list").out
    assert laurel("verify", laurel.url, "--receipt", tmp_path / "nowhere" / "receipt.json", status=3)


STRANGER = sign(make_credential(key_issuer(), credentialStatus=REMOVED), key_issuer())
OF_THE_WEB = sign(make_credential(web_issuer(), credentialStatus=REMOVED), web_issuer())
FILES = {
    "valid.json": (json.dumps(STRANGER).encode(), 0),
    "valid.png": (bake_png(png(), json.dumps(STRANGER)), 0),
    "valid.svg": (bake_svg(b'<svg xmlns="http://www.w3.org/2000/svg"/>', json.dumps(STRANGER)), 0),
    "valid.jwt": (sign_token(make_credential(key_issuer(), credentialStatus=REMOVED), key_issuer()).encode(), 0),
    "tampered.json": (json.dumps(samples.tampered(STRANGER)).encode(), 1),
    "unsigned.json": (json.dumps(samples.unsigned(STRANGER)).encode(), 1),
    "expired.json": (
        json.dumps(
            sign(
                make_credential(key_issuer(), credentialStatus=REMOVED, validUntil="2026-05-05T00:00:00Z"), key_issuer()
            )
        ).encode(),
        1,
    ),
    "elsewhere.json": (json.dumps(OF_THE_WEB).encode(), 2),
    "words.txt": (b"hello", 3),
    "empty": (b"", 3),
    "picture.png": (png(), 3),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_judged_without_any_configuration(nowhere, tmp_path, name):
    content, status = FILES[name]
    (tmp_path / name).write_bytes(content)
    ended = nowhere("verify", name, status=status)
    word = ("VALID: ", "INVALID: ", "UNDETERMINED: ", "unreadable: ")[status]
    assert ended.out.startswith(word)
    assert ("no deployment to ask" in ended.err) == (status == 2)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_standard_input_is_judged_without_any_configuration(nowhere):
    report = json.loads(nowhere("verify", "-", "--json", stdin=FILES["valid.json"][0]).out)
    assert report["verdict"] == "valid"
    assert report["achievement"]["name"]


def test_with_a_deployment_a_strangers_file_is_judged_alike(laurel):
    for name in ("valid.json", "tampered.json", "elsewhere.json", "words.txt"):
        content, status = FILES[name]
        (laurel.folder / name).write_bytes(content)
        laurel("verify", name, status=status)


def test_without_a_configuration_and_a_network_an_address_is_undetermined(nowhere):
    ended = nowhere("verify", "https://badges.example/credentials/1", "--offline", status=2)
    assert ended.out.startswith("UNDETERMINED: This badge could not be checked")
    assert "there was no deployment to ask" in ended.err


@pytest.mark.parametrize(
    ("registry", "said"),
    [
        pytest.param([STRANGER["issuer"]["id"]], "is on a list of known issuers: your list", id="a list of ids"),
        pytest.param(
            {"meta": {"name": "Riverside registry"}, "registry": {STRANGER["issuer"]["id"]: {"name": "Riverside"}}},
            "is on a list of known issuers: Riverside registry",
            id="a registry",
        ),
        pytest.param(["did:web:other.example"], "but its issuer is not one that you recognise", id="not listed"),
    ],
)
def test_recognised_issuers_come_from_a_file(nowhere, tmp_path, registry, said):
    (tmp_path / "badge.json").write_bytes(FILES["valid.json"][0])
    (tmp_path / "trust.json").write_text(json.dumps(registry))
    ended = nowhere("verify", str(tmp_path / "badge.json"), "--trust", str(tmp_path / "trust.json"), status=0)
    assert said in ended.out


def test_what_is_no_registry_is_unreadable(nowhere, tmp_path):
    (tmp_path / "badge.json").write_bytes(FILES["valid.json"][0])
    (tmp_path / "trust.json").write_text('{"issuers": []}')
    ended = nowhere("verify", str(tmp_path / "badge.json"), "--trust", str(tmp_path / "trust.json"), status=3)
    assert "A list of issuers is a JSON array" in ended.out
