"""Proofs of every suite over one document: W3C vc-di-eddsa (abb673e) and vc-di-ecdsa (00781de), TestVectors.

`folder` is where the whole vector lies, with all its steps, for whoever has the published files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

EXAMPLE_CONTEXTS = ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"]
DOCUMENT: dict[str, Any] = {
    "@context": EXAMPLE_CONTEXTS,
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential",
    "description": "A minimum viable example of an Alumni Credential.",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
}
ED25519 = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
P256 = "zDnaepBuvsQ8cpsWrVKw8fbpGpvPeNSjVPTWoq6cRqaYzBKVP"
P384 = "z82LkuBieyGShVBhvtE2zoiD6Kma4tJGFtkAhxR5pfkp5QPw4LutoYWhvQCnGjdVn14kujQ"
STATEMENTS = "517744132ae165a5349155bef0bb0cf2258fff99dfe1dbd914b938d775a36017"
JSON = "59b7cb6251b8991add1ce0bc83107e3db9dbbab5bd2c28f687db1a03abc92f19"


@dataclass(frozen=True)
class KnownAnswer:
    suite: str
    key: str
    document_hash: str
    proof_hash: str
    proof_value: str
    folder: str
    suffix: str
    context: str | None = None

    @property
    def document(self) -> dict[str, Any]:
        return DOCUMENT if self.context is None else {**DOCUMENT, "@context": [*EXAMPLE_CONTEXTS, self.context]}

    @property
    def proof(self) -> dict[str, Any]:
        names_contexts = "-jcs-" in self.suite
        of_its_own = not self.suite[0].islower()
        return {
            "type": self.suite if of_its_own else "DataIntegrityProof",
            **({} if of_its_own else {"cryptosuite": self.suite}),
            "created": "2023-02-24T23:36:38Z",
            "verificationMethod": f"did:key:{self.key}#{self.key}",
            "proofPurpose": "assertionMethod",
            **({"@context": EXAMPLE_CONTEXTS} if names_contexts else {}),
            "proofValue": self.proof_value,
        }


KNOWN_ANSWERS = [
    KnownAnswer(
        "eddsa-rdfc-2022", ED25519, STATEMENTS,
        "bea7b7acfbad0126b135104024a5f1733e705108f42d59668b05c0c50004c6b0",
        "z2YwC8z3ap7yx1nZYCg4L3j3ApHsF8kgPdSb5xoS1VR7vPG3F561B52hYnQF9iseabecm3ijx4K1FBTQsCZahKZme",
        "vc-di-eddsa/TestVectors/eddsa-rdfc-2022", "DataInt",
    ),
    KnownAnswer(
        "eddsa-jcs-2022", ED25519, JSON,
        "66ab154f5c2890a140cb8388a22a160454f80575f6eae09e5a097cabe539a1db",
        "z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX",
        "vc-di-eddsa/TestVectors/eddsa-jcs-2022", "JCS",
    ),
    KnownAnswer(
        "Ed25519Signature2020", ED25519, STATEMENTS,
        "04e14bcf5727cba0c0aa04a04d22a56fef915d5f8f7756bb92ae67cb1d0c4847",
        "z57Mm1vboMtZiCyJ4aReZsv8co4Re64Y8GEjL1ZARzMbXZgkARFLqFs1P345NpPGG2hgCrS4nNdvJhpwnrNyG3kEF",
        "vc-di-eddsa/TestVectors/Ed25519Signature2020", "EdSig", "https://w3id.org/security/suites/ed25519-2020/v1",
    ),
    KnownAnswer(
        "ecdsa-rdfc-2019", P256, STATEMENTS,
        "3a8a522f689025727fb9d1f0fa99a618da023e8494ac74f51015d009d35abc2e",
        "zaHXrr7AQdydBk3ahpCDpWbxfLokDqmCToYm2dyWvpcFVyWooC2he63w1f7UNQoAMKdhaRtcnaE2KTo5o5vTCcfw",
        "vc-di-ecdsa/TestVectors/ecdsa-rdfc-2019-p256", "ECDSAP256",
    ),
    KnownAnswer(
        "ecdsa-rdfc-2019", P384,
        "8bf6e01df72c5b62f91b685231915ac4b8c58ea95f002c6b8f6bfafa1b251df476b56b8e01518e317dab099d3ecbff96",
        "e32805a26492eac777aa7a138f6d8da3c74e0c7be7b296dcaccf97420c3b92eaad7be6449ca565e165031567f5c7cbc1",
        "z967Mvv5bxtmLNqTzPZ8KmJjFmFXaAKeQNzq7GWnQkMcLtaGSSmuozE5WtJ8PipMe178B1tE28K1vsJur9bGVJhz6jgSJsRHFSQeqgH8hhjcg8"
        "gZDFJC1b9FsR5ggNmDBqHv",
        "vc-di-ecdsa/TestVectors/ecdsa-rdfc-2019-p384", "ECDSAP384",
    ),
    KnownAnswer(
        "ecdsa-jcs-2019", P256, JSON,
        "fe5799489119c7fe3c528715e72bd39d2ec6b4ab345978df32e9a9312648ec25",
        "z5ptCet75SaEgzG4v4zJhbJtfNi74Wv7Fq15hhKouJQQjEPQvPZKaYxcMXAMLPQS2FXrkCWokNJkFVkwxNzZfD5oT",
        "vc-di-ecdsa/TestVectors/ecdsa-jcs-2019-p256", "JCSECDSAP256",
    ),
    KnownAnswer(
        "ecdsa-jcs-2019", P384,
        "3e0be671cc1881035d463158c80921973dab3534d4f8dfacf4ff2725a4115eb718e49d66de0e90e7365cd6062abf2259",
        "83e5057817abb0c6872eafeaba1a9e53893c58eeb7414fb6d8aa3fa8c7917f7ad4792890b257c598baa17f4fbe6d183c",
        "zq3EuTeLiGurmB2JR5oL8oWEsT7u2tba4HT1oZbiMYWc5qzsoW2kLYcBcF4HM5vCpJyTkceULKrVXuJQkXeN5seL4uXrFNFRMm53GWy1Yrto8r"
        "TWxZi9DkNeWP7yUPs7ELAm",
        "vc-di-ecdsa/TestVectors/ecdsa-jcs-2019-p384", "JCSECDSAP384",
    ),
]  # fmt: skip
