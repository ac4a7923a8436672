"""Keys in several places: new ones in one of them, those from before wherever they were made."""

from __future__ import annotations

from collections.abc import Mapping

from app.errors import KeyUnwrapError
from app.keystore.protocol import Keystore, WrappedKey
from app.signing import Algorithm, Signer


class Keystores:
    """`by_form`: which place reads what begins with that byte. Makes keys in `new`."""

    def __init__(self, new: Keystore, by_form: Mapping[bytes, Keystore]) -> None:
        self._new = new
        self._by_form = by_form

    def generate(self, *, issuer_id: str, kid: str, algorithm: Algorithm) -> WrappedKey:
        return self._new.generate(issuer_id=issuer_id, kid=kid, algorithm=algorithm)

    def signer(self, *, issuer_id: str, kid: str, algorithm: Algorithm, ciphertext: bytes) -> Signer:
        place = self._place(ciphertext, kid)
        return place.signer(issuer_id=issuer_id, kid=kid, algorithm=algorithm, ciphertext=ciphertext)

    def destroy(self, *, issuer_id: str, kid: str, algorithm: Algorithm, ciphertext: bytes) -> None:
        place = self._place(ciphertext, kid)
        place.destroy(issuer_id=issuer_id, kid=kid, algorithm=algorithm, ciphertext=ciphertext)

    def rewrapped(self, *, issuer_id: str, kid: str, algorithm: Algorithm, ciphertext: bytes) -> bytes | None:
        place = self._place(ciphertext, kid)
        return place.rewrapped(issuer_id=issuer_id, kid=kid, algorithm=algorithm, ciphertext=ciphertext)

    def _place(self, ciphertext: bytes, kid: str) -> Keystore:
        place = self._by_form.get(ciphertext[:1])
        if place is None:
            raise KeyUnwrapError(f"The stored key {kid} is in a place that the settings do not name.")
        return place
