"""Another issuer and verifier, in an environment of its own: openbadgeslib, in Python, without our code.

python stranger.py issue FOLDER      writes badges in every form that the library makes, and issuer.json
python stranger.py verify FILE…      prints a line for each: accepted, or the reason why not
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from openbadgeslib.errors import LibOpenBadgesException
from openbadgeslib.ob2.models import Assertion, BadgeClass, CryptographicKey, IdentityObject, Profile, Verification
from openbadgeslib.ob2.signer import OB2Signer
from openbadgeslib.ob3 import clr
from openbadgeslib.ob3.credential import Achievement, Issuer, OpenBadgeCredential
from openbadgeslib.ob3.did import did_key_from_pem
from openbadgeslib.ob3.ldp import OB3LdpSigner, OB3LdpVerifier
from openbadgeslib.ob3.signer import OB3Signer
from openbadgeslib.ob3.verifier import OB3Verifier

AWARDED = datetime(2026, 5, 4, 10, tzinfo=UTC)
HOST = "https://stranger.example"


class Key:
    """A new key and its did:key."""

    def __init__(self, private):
        encoding, raw = serialization.Encoding.PEM, serialization.NoEncryption()
        self.private = private.private_bytes(encoding, serialization.PrivateFormat.PKCS8, raw)
        self.public = private.public_key().public_bytes(encoding, serialization.PublicFormat.SubjectPublicKeyInfo)

    @property
    def did(self):
        return did_key_from_pem(self.public)


def credential(did):
    return OpenBadgeCredential(
        issuer=Issuer(did, "Stranger Academy"),
        recipient_id="did:example:amina",
        achievement=Achievement(f"{HOST}/coaching", "Coaching", "Coaches a colleague.", "Observed *twice*."),
        issuance_date=AWARDED,
    )


def issue(folder):
    edwards = Key(ed25519.Ed25519PrivateKey.generate())
    curve = Key(ec.generate_private_key(ec.SECP256R1()))
    picture, drawing = (folder / "picture.png").read_bytes(), (folder / "drawing.svg").read_bytes()
    embedded, token = OB3LdpSigner(edwards.private), OB3Signer(edwards.private, "EdDSA")
    badge = credential(edwards.did)
    signed = embedded.sign(badge)
    files = {
        "embedded.json": json.dumps(signed).encode(),
        "embedded.png": embedded.sign_into_png(badge, picture),
        "embedded.svg": embedded.sign_into_svg(badge, drawing),
        "token.jwt": token.sign(badge).encode(),
        "token.png": token.sign_into_png(badge, picture),
        "token.svg": token.sign_into_svg(badge, drawing),
        "token-p256.jwt": OB3Signer(curve.private, "ES256").sign(credential(curve.did)).encode(),
        "record.json": json.dumps(record(edwards, signed)).encode(),
        **version_2(picture, drawing),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)


def record(key, signed):
    profile = {"id": key.did, "type": ["Profile"], "name": "Stranger Academy"}
    learner = {"type": "IdentityObject", "hashed": False, "identityHash": "A. Learner", "identityType": "name"}
    document = clr.build_clr_credential(
        profile, [learner], [signed], credential_id="urn:uuid:0e6c1c1e-7f0e-4c57-8e4a-6a5b1f7f8a10", valid_from=AWARDED
    )
    return clr.sign_clr_credential(document, key.private, f"{key.did}#{key.did.removeprefix('did:key:')}")


def version_2(picture, drawing):
    """A signed assertion of Open Badges 2.0, and what its addresses answer."""
    key = Key(rsa.generate_private_key(65_537, 2_048))
    assertion = Assertion(
        recipient=IdentityObject.create("amina@riverside.example", salt="0f0f"),
        badge=f"{HOST}/badge.json",
        verification=Verification("SignedBadge", f"{HOST}/key.json"),
        issued_on=AWARDED,
    )
    documents = (
        BadgeClass(f"{HOST}/badge.json", "Coaching", "Coaches.", f"{HOST}/b.png", f"{HOST}/c", f"{HOST}/issuer.json"),
        Profile(f"{HOST}/issuer.json", "Stranger", HOST, "a@stranger.example", public_key=[f"{HOST}/key.json"]),
        CryptographicKey(f"{HOST}/key.json", f"{HOST}/issuer.json", key.public.decode()),
    )
    signer = OB2Signer(key.private)
    return {
        "version-2.jws": signer.sign(assertion).encode(),
        "version-2.png": signer.sign_into_png(assertion, picture),
        "version-2.svg": signer.sign_into_svg(assertion, drawing),
        "addresses.json": json.dumps({one.id: one.to_dict() for one in documents}).encode(),
    }


def verify(file):
    content = file.read_bytes()
    if file.suffix == ".jwt":
        did = json.loads(file.with_suffix(".did").read_text())
        OB3Verifier.for_issuer_did(did).verify(content.decode().strip())
    else:
        OB3LdpVerifier().verify(content)


def main(command, *arguments):
    if command == "issue":
        issue(Path(arguments[0]))
        return
    for name in arguments:
        try:
            verify(Path(name))
        except (LibOpenBadgesException, ValueError) as error:
            answer = f"{type(error).__name__}: {error}".replace("\n", " ")
        else:
            answer = "accepted"
        sys.stdout.write(f"{answer}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
