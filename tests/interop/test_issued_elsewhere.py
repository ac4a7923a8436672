"""What other vendors' libraries issue is valid here, and no longer so with one changed character.

Digital Bazaar and the Digital Credentials Consortium in JavaScript, with every method that they offer; openbadgeslib in
Python, in every container. What we issue is accepted by openbadgeslib; `test_interop.py` has that for the others.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from app.services.verifying import Question, verify_alone
from app.verification import Conclusion, Found, Need, NeedKind, Outcome, Report, Verdict, gathered, judge, read
from app.verification.policy import NOBODY
from tests.factories import REMOVED, as_bytes, key_issuer, make_credential, sign, sign_token
from tests.interop import built
from tests.unit.openbadges.pngs import png

if TYPE_CHECKING:
    from pathlib import Path

    from tests.interop.elsewhere import Elsewhere, Stranger

METHODS = [
    "Digital Bazaar, eddsa-rdfc-2022",
    "Digital Bazaar, eddsa-jcs-2022",
    "Digital Bazaar, ecdsa-rdfc-2019 with P-256",
    "Digital Bazaar, ecdsa-rdfc-2019 with P-384",
    "Digital Bazaar, ecdsa-jcs-2019 with P-256",
    "Digital Bazaar, ecdsa-jcs-2019 with P-384",
    "Digital Bazaar, ecdsa-sd-2023, as issued",
    "Digital Bazaar, ecdsa-sd-2023, in part",
    "Digital Bazaar, Ed25519Signature2020",
    "Digital Credentials Consortium, eddsa-rdfc-2022",
    "Digital Credentials Consortium, Ed25519Signature2020",
    "Digital Credentials Consortium, on version 1.1",
]
PARTIAL = "Digital Bazaar, ecdsa-sd-2023, in part"
CONTAINERS = [
    "embedded.json", "embedded.png", "embedded.svg", "token.jwt", "token.png", "token.svg", "token-p256.jwt",
    "version-2.jws", "version-2.png", "version-2.svg",
]  # fmt: skip


def judged(raw: bytes) -> Report:
    return verify_alone(raw, Question(built.NOW), now=built.NOW)


@pytest.fixture(scope="module")
def issued(elsewhere: Elsewhere) -> dict[str, dict[str, Any]]:
    plain = {name: value for name, value in built.credential().items() if name != "credentialStatus"}
    issued = elsewhere.issue(plain)
    assert list(issued) == METHODS
    return issued


@pytest.mark.parametrize("method", METHODS)
def test_what_another_vendor_signs_is_valid_here(issued: dict[str, dict[str, Any]], method: str):
    report = judged(as_bytes(issued[method]))
    if method == PARTIAL:  # the badge has neither end nor status, but its holder might have left them out
        undetermined = {check.code for check in report.checks if check.outcome is Outcome.UNDETERMINED}
        assert undetermined == {"dates.withheld", "status.withheld"}
    else:
        assert report.verdict is Verdict.VALID, report
    assert report.credential


@pytest.mark.parametrize("method", METHODS)
def test_one_changed_character_of_it_is_not(issued: dict[str, dict[str, Any]], method: str):
    signed = as_bytes(issued[method])
    assert signed.count(b"Differentiated") > 0
    report = judged(signed.replace(b"Differentiated", b"differentiated", 1))
    assert (report.verdict, report.conclusion) == (Verdict.INVALID, Conclusion.ALTERED)
    assert report.credential is None


@pytest.fixture(scope="module")
def files(stranger: Stranger, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stranger")
    (folder / "picture.png").write_bytes(png())
    (folder / "drawing.svg").write_bytes(b'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>')
    stranger.issue(folder)
    return folder


@pytest.mark.parametrize("name", CONTAINERS)
def test_what_openbadgeslib_makes_is_valid_here(files: Path, name: str):
    presented = read((files / name).read_bytes())
    addresses = json.loads((files / "addresses.json").read_text())

    def ask(need: Need) -> Found:
        assert need.kind is NeedKind.LINKED
        return Found(json.dumps(addresses[need.url]).encode(), "application/json")

    report = judge(presented, gathered(presented, ask), NOBODY, now=built.NOW)
    assert report.verdict is Verdict.VALID, report


def test_records_of_openbadgeslib_name_their_standards_in_another_order(files: Path):
    """The official schema of ClrCredential wants that of records before that of badges, and so do we."""
    report = judged((files / "record.json").read_bytes())
    assert report.check("context").code == "context.order"
    contexts = json.loads((files / "record.json").read_text())["@context"]
    assert ["clr" in url for url in contexts] == [False, False, True]


OURS = key_issuer()
PLAIN = make_credential(OURS, credentialStatus=REMOVED)


def test_what_we_sign_is_accepted_by_openbadgeslib(stranger: Stranger, tmp_path: Path):
    signed = as_bytes(sign(PLAIN, OURS))
    (tmp_path / "badge.json").write_bytes(signed)
    (tmp_path / "altered.json").write_bytes(signed.replace(b"Differentiated", b"differentiated", 1))
    (tmp_path / "badge.jwt").write_text(sign_token(PLAIN, OURS, key=OURS.key, header={"kid": OURS.method}))
    (tmp_path / "badge.did").write_text(json.dumps(OURS.did))
    answers = stranger.verify(*(tmp_path / name for name in ("badge.json", "altered.json", "badge.jwt")))
    assert answers[0] == "accepted"
    assert answers[1] != "accepted"
    assert answers[2] == "accepted"
