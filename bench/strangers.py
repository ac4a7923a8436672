"""Verifications a second of badges that others issued: each proof, each container, and beside hosts that do not answer.

    python bench/strangers.py [--rounds 3] [--seconds 4] [--folder DIR] [--json] [--pin]

The badges are of a did:key, so that nothing has to be fetched. No two are alike, and five thousand take turns, so that
nothing is remembered. The last rows are what others notice while eight badges wait for eight hosts that accept a
connection and say nothing.
"""

from __future__ import annotations

import itertools
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from figures import Programme, programme, rate
from serving import Served, served

from app import strictjson
from app.openbadges import bake_png, bake_svg
from app.services.verifying import Question, verify_alone
from app.signing import Algorithm, LocalSigner, PrivateKey, add_proof, did_key, did_key_method, jwt_claims, sign_jwt
from app.verification import Verdict

sys.path.insert(0, str(Path(__file__).parents[1]))  # what tests are made of serves here too
factories: Final[Any] = import_module("tests.factories")
selective: Final[Any] = import_module("tests.unit.signing.selective")
standin: Final[Any] = import_module("tests.standin")

_BADGES: Final = 5_000  # of each kind: more than the server remembers signatures of
_CLIENTS: Final = 8
_SLOW: Final = 8
_AWARDED: Final = datetime(2026, 5, 4, 10, tzinfo=UTC)
_UPLOADS: Final = {
    "eddsa-rdfc-2022": "application/vc",
    "VC-JWT, EdDSA": "application/vc+jwt",
    "PNG": "image/png",
    "SVG": "image/svg+xml",
}


def main() -> None:
    badges = {name: list(make()) for name, make in KINDS.items()}
    with programme("strangers.py") as asked:
        for _ in range(asked.rounds):
            for name, raw in badges.items():
                _add_in_process(asked, name, raw)
        with (
            standin.serve(dict.fromkeys(_slow_lists(), standin.hang)) as web,
            served(asked.folder, cpu=asked.server_cpu, client_cpu=asked.client_cpu, more=web.environment) as server,
        ):
            for _ in range(asked.rounds):
                for name, media_type in _UPLOADS.items():
                    _add_uploads(asked, server, name, badges[name], media_type)
                _add_beside_slow_hosts(asked, server, badges["eddsa-rdfc-2022"])


def _add_in_process(asked: Programme, name: str, badges: Sequence[bytes]) -> None:
    turns, now = itertools.cycle(badges), datetime.now(UTC)

    def verify() -> None:
        report = verify_alone(next(turns), Question(now), now=now)
        if report.verdict is not Verdict.VALID:
            raise SystemExit(f"{name}: {report.summary}")

    asked.figures.add(f"in process: {name}", rate(verify, asked.seconds / 4), "/s")


def _add_uploads(asked: Programme, server: Served, name: str, badges: Sequence[bytes], media_type: str) -> None:
    found = server.load("/v1/verify", badges, media_type, clients=_CLIENTS, seconds=asked.seconds, expected=200)
    asked.figures.add(f"HTTP: {name}", found["rate"], "/s", client=found["busy"])
    asked.figures.add(f"HTTP: {name}: CPU of the server", found["cpu"], "ms each")


# Eight hosts that do not answer


def _add_beside_slow_hosts(asked: Programme, server: Served, badges: Sequence[bytes]) -> None:
    """The p99 of a few clients that verify, with and without eight others who wait for slow hosts."""
    for label, others in (("quiet", ()), ("beside 8 slow hosts", _waiting())):
        with _posting(server, others):
            found = server.load("/v1/verify", badges, "application/vc", clients=2, seconds=asked.seconds, expected=200)
        asked.figures.add(f"HTTP, 2 clients, {label}: p99", found["p99"], "ms")


def _slow_lists() -> list[str]:
    return [f"https://slow-{number}.example/list" for number in range(_SLOW)]


def _waiting() -> list[bytes]:
    """Badges whose status lists lie with the slow hosts."""
    issuer = factories.key_issuer("slow")
    entries = [factories.make_entry(statusListCredential=url, id=factories.REMOVED) for url in _slow_lists()]
    return [
        factories.as_bytes(factories.sign(factories.make_credential(issuer, credentialStatus=entry), issuer))
        for entry in entries
    ]


@contextmanager
def _posting(server: Served, badges: Sequence[bytes]) -> Iterator[None]:
    """Each badge is posted again and again by a client of its own, until the block ends."""
    ended = threading.Event()

    def post(raw: bytes) -> None:
        body = {"credential": json.loads(raw)}
        while not ended.is_set():
            if server.post("/v1/verify", body)["conclusion"] != "cannot be checked now":
                raise SystemExit("a slow host answered")

    threads = [threading.Thread(target=post, args=(raw,), daemon=True) for raw in badges]
    for thread in threads:
        thread.start()
    time.sleep(0.2)
    try:
        yield
    finally:
        ended.set()
        for thread in threads:
            thread.join()


# The badges


def _documents(issuer: str) -> Iterator[dict[str, Any]]:
    for number in range(_BADGES):
        document = factories.make_credential(credentialStatus=factories.REMOVED)
        document["issuer"] = {**document["issuer"], "id": issuer}
        yield {**document, "id": f"urn:uuid:0e6c1c1e-7f0e-4c57-8e4a-{number:012x}"}


def _embedded(cryptosuite: str, algorithm: Algorithm) -> Iterator[bytes]:
    key = PrivateKey.generate(algorithm)
    method = did_key_method(key.public_key)
    for document in _documents(did_key(key.public_key)):
        signer = LocalSigner(key, key_id="key-1")
        signed = add_proof(document, signer, verification_method=method, created=_AWARDED, cryptosuite=cryptosuite)
        yield strictjson.dumps(signed)


def _tokens(algorithm: Algorithm) -> Iterator[bytes]:
    key = PrivateKey.generate(algorithm)
    method = did_key_method(key.public_key)
    for document in _documents(did_key(key.public_key)):
        yield sign_jwt(jwt_claims(document), LocalSigner(key, key_id="key-1"), kid=method).encode()


def _selective() -> Iterator[bytes]:
    """Base proofs; making them takes long, so there are few."""
    key = PrivateKey.generate(Algorithm.ES256)
    options = {**selective.OPTIONS, "verificationMethod": did_key_method(key.public_key)}
    pointers = ["/issuer", "/validFrom", "/validUntil", "/credentialSubject/achievement"]
    for document in itertools.islice(_documents(did_key(key.public_key)), 16):
        issued = selective.Issued(document, pointers, by=LocalSigner(key, key_id="key-1"), options=options)
        yield strictjson.dumps(issued.base())


def _baked(bake: Callable[[str], bytes]) -> Iterator[bytes]:
    for raw in _embedded("eddsa-rdfc-2022", Algorithm.EDDSA):
        yield bake(raw.decode())


KINDS: Final[dict[str, Callable[[], Iterator[bytes]]]] = {
    "eddsa-rdfc-2022": lambda: _embedded("eddsa-rdfc-2022", Algorithm.EDDSA),
    "eddsa-jcs-2022": lambda: _embedded("eddsa-jcs-2022", Algorithm.EDDSA),
    "ecdsa-rdfc-2019, P-256": lambda: _embedded("ecdsa-rdfc-2019", Algorithm.ES256),
    "ecdsa-rdfc-2019, P-384": lambda: _embedded("ecdsa-rdfc-2019", Algorithm.ES384),
    "ecdsa-jcs-2019, P-256": lambda: _embedded("ecdsa-jcs-2019", Algorithm.ES256),
    "ecdsa-sd-2023, as issued": _selective,
    "VC-JWT, EdDSA": lambda: _tokens(Algorithm.EDDSA),
    "VC-JWT, ES256": lambda: _tokens(Algorithm.ES256),
    "PNG": lambda: _baked(lambda text: bake_png(factories.PNG, text)),
    "SVG": lambda: _baked(lambda text: bake_svg(factories.SVG, text)),
}


if __name__ == "__main__":
    main()
