"""The served OpenAPI document is true: its examples work, and generated requests, good and bad, meet only what it
describes.

The generated requests are others in every run. A failure shows its seed; `CONTRACT_SEED=…` draws the same again.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from itertools import product

import anyio
import pytest
import schemathesis
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from tests.api.conftest import client_for
from tests.problem import assert_problem

pytestmark = pytest.mark.anyio

# What the document cannot say: an achievement must exist, a picture must be one, a cursor must have been given out.
BOUND_BY_MORE_THAN_THE_SCHEMA = [
    "createApiKey", "listApiKeys", "createIssuer", "changeIssuer", "createAchievement", "reviseAchievement",
    "putAchievementImage", "postCompletion", "postCompletions", "listAchievements", "listCredentials",
    "searchCredentials", "revokeCredentials", "renewCredential", "replaceCredential", "verify", "verifyForm",
    "issueVc", "updateVcStatus", "verifyVc", "verifyVp", "exportPerson", "erasePerson", "compromiseKey",
    "resignCredentials", "listAuditEvents", "addEndorsement", "listEndorsements", "rotateKeys", "putIssuerLogo",
    "previewImage", "saveReceipt", "getPublicIssuer",
]  # fmt: skip
# A bad row of a batch is an outcome in a good answer.
ANSWERS_BAD_ROWS_ONE_BY_ONE = ["postCompletions"]
# A field of a form is text, whatever a number or an object was written into it.
TAKES_ANY_TEXT = ["verifyForm"]
# An address may be unknown, in conflict, gone (erased; revoked, for an assertion of version 2) or asked too often.
GOOD_REQUESTS_MEET = ["2xx", "3xx", "401", "403", "404", "409", "410", "429", "5xx"]
KNOWS_NOT_EVERY_METHOD = ["2xx", "4xx", "501"]  # as DID Resolution (section 7.1) has it
ENDS_KEYS = ["revokeApiKey", "rotateApiKey"]  # even the one in use, so they come last
# All who come after would be answered 503. tests/api/test_stopping.py has them.
STOPS = ["stopIssuer", "stopService"]


@schemathesis.serializer("application/x-ndjson")
def ndjson(_context, value):
    return value if isinstance(value, bytes) else str(value).encode()


def uuid_of(url):
    return url.rsplit("/", 1)[1]


@pytest.fixture
def known(issuer, achievement, credential):
    """Values that exist, by the parameter or member they fit: most requests name them."""
    return {
        "path.slug": [issuer["slug"]],
        "path.kid": [key["kid"] for key in issuer["keys"]],
        "path.achievement_id": [uuid_of(achievement["id"])],
        "path.revision": [achievement["revision"]],
        "path.credential_id": [uuid_of(credential["id"])],
        "path.list_id": [uuid_of(credential["credential"]["credentialStatus"]["statusListCredential"])],
        "path.instance": ["eddsa-rdfc-2022"],
        "path.did": [issuer["did"]],
        "path.code": ["not-found", "internal"],
        "path.name": ["laurel.css"],
        "path.version": ["0"],
        "path.form": ["png", "svg", "json", "jwt"],
        "body.achievement": [achievement["slug"]],
        "body.slug": [achievement["slug"]],
        "body.issuer": [issuer["slug"]],
        "body.completedAt": ["2026-01-02T03:04:05Z"],
        "body.results[*].resultDescription": ["rubric"],
    }


@dataclass
class Findings:
    """What one run met: faults by what they say, and the status of every answer of each operation."""

    faults: dict[str, str] = field(default_factory=dict)
    answers: set[tuple[str, int]] = field(default_factory=set)

    def take(self, event):
        if isinstance(event, events.NonFatalError | events.FatalError):
            error = getattr(event, "value", None) or event.exception
            self.faults[f"{type(error).__name__}: {error}"] = ""
        elif isinstance(event, events.ScenarioFinished):
            self._take_scenario(event.recorder)

    def _take_scenario(self, recorder):
        for case_id, interaction in recorder.interactions.items():
            if interaction.response is not None:
                label = recorder.cases[case_id].value.operation.label
                self.answers.add((label, interaction.response.status_code))
        for checks in recorder.checks.values():
            for check in checks:
                if check.failure_info is not None:
                    failure = check.failure_info.failure
                    what = f"{failure.operation}: {check.name}: {failure.message[:300]}"
                    self.faults.setdefault(what, check.failure_info.code_sample[:1000])

    def answered_well(self):
        return {label for label, status in self.answers if status < 300}

    def __str__(self):
        return "\n\n".join(f"{what}\n{curl}" for what, curl in self.faults.items())


def configuration(known, token, phases, examples, never):
    """How requests are drawn. Operations that are only left out of a schema are called by the stateful phase all the
    same: the ones to `never` call are switched off by name.
    """
    seed = int(os.environ.get("CONTRACT_SEED") or secrets.randbelow(2**32))
    print(f"CONTRACT_SEED={seed}")  # noqa: T201 - whoever reads a failure needs it
    off = {"enabled": False}
    bind = {name: {"dictionary": name.replace(".", "-"), "probability": 0.8} for name in known}
    return SchemathesisConfig.from_dict(
        {
            "seed": seed,
            "headers": {"Authorization": f"Bearer {token}"} if token else {},
            # They measure how long this machine takes to draw, and how much it discards: nothing of ours.
            "suppress-health-check": ["all"],
            "dictionaries": {name.replace(".", "-"): {"values": values} for name, values in known.items()},
            "parameters": {name: bind[name] for name in known if name != "body.slug"},
            # Without a database: what an earlier run met would be drawn first, whatever the seed.
            "generation": {"max-examples": examples, "database": "none"},
            # Our ids are whole addresses, and a path holds their last part: followed as they stand, they lead nowhere.
            "checks": {
                "ensure_resource_availability": off,
                "positive_data_acceptance": {"expected-statuses": GOOD_REQUESTS_MEET},
            },
            "phases": {name: {"enabled": name in phases} for name in ("examples", "coverage", "fuzzing", "stateful")},
            "operations": [
                {"include-operation-id": "reviseAchievement", "parameters": {"body.slug": bind["body.slug"]}},
                {"include-operation-id": BOUND_BY_MORE_THAN_THE_SCHEMA, "checks": {"positive_data_acceptance": off}},
                {
                    "include-operation-id": "resolveDid",
                    "checks": {
                        "positive_data_acceptance": off,
                        "not_a_server_error": {"expected-statuses": KNOWS_NOT_EVERY_METHOD},
                    },
                },
                {"include-operation-id": never, "enabled": False},
                {
                    "include-operation-id": ANSWERS_BAD_ROWS_ONE_BY_ONE + TAKES_ANY_TEXT,
                    "checks": {"negative_data_rejection": off},
                },
            ],
        }
    )


def explore(app, known, token, phases, examples):
    """What every operation does under every check of schemathesis."""
    first = configuration(known, token, phases, examples, never=STOPS + ENDS_KEYS)
    last = configuration(known, token, [phase for phase in phases if phase != "stateful"], examples, never=STOPS)
    findings = Findings()
    for part in (
        schemathesis.openapi.from_asgi("/openapi.json", app, config=first),
        schemathesis.openapi.from_asgi("/openapi.json", app, config=last).include(operation_id=ENDS_KEYS),
    ):
        for event in from_schema(part).execute():
            findings.take(event)
    return findings


# Requests are drawn anew in each run, so few at a time are many in a week. CONTRACT_MORE=10 draws ten times as many.
MORE = int(os.environ.get("CONTRACT_MORE") or 1)
EVERY_PHASE = ("examples", "coverage", "fuzzing", "stateful")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("database_url", "phases", "examples"),
    [("sqlite", EVERY_PHASE, 4 * MORE), ("postgresql", ("fuzzing",), 3 * MORE)],
    indirect=["database_url"],
    ids=["sqlite", "postgresql"],
)
async def test_an_admin_meets_only_what_is_described(app, make_key, known, phases, examples):
    findings = await anyio.to_thread.run_sync(explore, app, known, make_key(), phases, examples)
    assert not findings.faults, str(findings)
    assert "GET /v1/api-keys" in findings.answered_well(), "the requests were not an admin's"


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_stranger_meets_only_what_is_described(app, known):
    findings = await anyio.to_thread.run_sync(explore, app, known, None, ("examples", "fuzzing"), 3 * MORE)
    assert not findings.faults, str(findings)
    assert {label for label in findings.answered_well() if " /v1/" in label} <= {"POST /v1/verify"}


# What creates something comes first; its answer holds the path parameters of the rest.
LEARNED = {
    "createIssuer": lambda answer: {
        "slug": answer["slug"], "kid": answer["keys"][0]["kid"], "did": answer["did"],
    },
    "putIssuerLogo": lambda answer: {"logo": answer["logo"]},
    "createApiKey": lambda answer: {"prefix": answer["prefix"]},
    "createAchievement": lambda answer: {"achievement_id": uuid_of(answer["id"]), "revision": answer["revision"]},
    "postCompletion": lambda answer: {
        "credential_id": uuid_of(answer["id"]),
        "list_id": uuid_of(answer["credential"]["credentialStatus"]["statusListCredential"]),
    },
    "renewCredential": lambda answer: {"credential_id": uuid_of(answer["id"])},
    "replaceCredential": lambda answer: {"credential_id": uuid_of(answer["id"])},
    "putVcInstance": lambda answer: {answer["name"]: answer["id"]},
    "issueVc": lambda answer: {
        "vc_list_id": uuid_of(answer["verifiableCredential"]["credentialStatus"]["statusListCredential"])
    },
}  # fmt: skip
# After the second an assertion of version 2 is gone, after the third all of a credential.
LAST = ["deleteIssuerLogo", "revokeCredential", "eraseCredential"]
# It would have to be signed about what was made just now, or by this very service; tests/api/test_endorsements.py and
# test_receipts.py have them.
NOT_SHOWN = {"addEndorsement", "removeEndorsement", "saveReceipt"}
# Members that an answer has only when they were asked for, or when there is something to say.
LEFT_OUT = {
    "ProblemOut": {"errors"},
    "VerificationOut": {"receipt"},
    "VcVerifiedOut": {"credential", "verifiablePresentation"},
}
DESCRIBED = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip


@dataclass
class Examples:
    """The requests of the OpenAPI document's own examples, with the path parameters that are known so far."""

    document: dict
    known: dict = field(default_factory=lambda: {"code": "not-found", "name": "laurel.css", "version": "0"})

    def operations(self):
        """(method, path, what the document says of it): first what creates what others need, last what removes it."""
        order = {name: place for place, name in enumerate([*LEARNED, ..., *LAST])}
        found = [
            (order.get(says["operationId"], order[...]), method, path, says)
            for path, item in self.document["paths"].items()
            for method, says in item.items()
            if says["operationId"] not in NOT_SHOWN
        ]
        return [tuple(rest) for _, *rest in sorted(found, key=lambda row: row[0])]

    def requests(self, says):
        """Every body that the document shows, to every address; the least is one request. What is missing is named."""
        return [
            {"path_parameters": parameters, **self._by(body, parameters.get("instance"))}
            for parameters, body in product(self._paths(says), self._bodies(says))
        ]

    def _by(self, body, instance):
        """A credential is signed in the name of the instance that it is sent to, whose key was made just now."""
        if instance not in self.known or "credential" not in body.get("body", {}):
            return body
        named = {**body["body"]["credential"], "issuer": self.known[instance]}
        return {**body, "body": {**body["body"], "credential": named}}

    def _paths(self, says):
        named = [parameter for parameter in says.get("parameters", ()) if parameter["in"] == "path"]
        unknown = [item["name"] for item in named if not self._values(item)]
        assert not unknown, f"{says['operationId']}: nothing that creates something answered {unknown}; see LEARNED"
        return [
            dict(zip([item["name"] for item in named], values, strict=True))
            for values in product(*map(self._values, named))
        ]

    def _values(self, parameter):
        listed = self._resolved(parameter["schema"]).get("enum")
        return listed or [self.known[name] for name in [parameter["name"]] if name in self.known]

    def _bodies(self, says):
        content = says.get("requestBody", {}).get("content", {})
        found = [
            {"media_type": media_type, "body": example}
            for media_type, described in content.items()
            for example in self._shown(described)
        ]
        assert found or not content, f"{says['operationId']}: the document shows no example of a body"
        return found or [{}]

    def _shown(self, described):
        return (
            [described["example"]]
            if "example" in described
            else self._resolved(described["schema"]).get("examples", ())
        )

    def _resolved(self, schema):
        return self.document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema


def test_every_example_of_the_document_works(app, make_key, subtests):
    """On an empty database: whoever follows the page of the API from the first request to the last is answered 2xx."""
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    examples = Examples(app.openapi())
    key = {"Authorization": f"Bearer {make_key()}"}
    for method, path, says in examples.operations():
        with subtests.test(says["operationId"]):
            for request in examples.requests(says):
                case = schema[path][method].Case(**request)
                response = case.call(headers=key)
                assert 200 <= response.status_code < 300, f"{request}\n{response.text}"
                case.validate_response(response, checks=DESCRIBED)
                # Nothing generated asks for another form: that it may be refused must be described, too.
                case.validate_response(case.call(headers=key | {"Accept": "image/avif"}), checks=DESCRIBED)
                if says["operationId"] in LEARNED:
                    examples.known |= LEARNED[says["operationId"]](response.json())


ALLOWED = [
    ("two routes share the address", "DELETE", "/v1/achievements", "GET, POST"),
    ("a page and its form", "DELETE", "/verify", "GET, POST"),
    ("an action that looks like an id", "GET", "/v1/credentials/3f0c1e52-8a3b-4f5e-9a55-0d1b7f6f2c11:revoke", "POST"),
    ("another action", "PUT", "/v1/achievements/3f0c1e52-8a3b-4f5e-9a55-0d1b7f6f2c11:preflight", "POST"),
    ("an id", "DELETE", "/v1/achievements/3f0c1e52-8a3b-4f5e-9a55-0d1b7f6f2c11", "GET, PUT"),
]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("method", "path", "allowed"), [row[1:] for row in ALLOWED], ids=[row[0] for row in ALLOWED])
async def test_allow_lists_every_method_of_the_address(app, make_key, method, path, allowed):
    async with client_for(app, make_key()) as client:
        response = await client.request(method, path)
    assert_problem(response, 405, "method-not-allowed")
    assert response.headers["allow"] == allowed


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestTheDocument:
    async def test_every_operation_has_words_and_a_known_tag(self, app):
        document = app.openapi()
        tags = [tag["name"] for tag in document["tags"]]
        for path, item in document["paths"].items():
            for operation in item.values():
                assert operation["summary"], path
                assert operation["description"], path
                assert len(operation["tags"]) == 1
                assert operation["tags"][0] in tags

    async def test_every_json_body_has_an_example(self, app):
        document = app.openapi()
        for path, item in document["paths"].items():
            for operation in item.values():
                content = operation.get("requestBody", {}).get("content", {}).get("application/json")
                if content is not None and "example" not in content:
                    name = content["schema"]["$ref"].rsplit("/", 1)[1]
                    assert document["components"]["schemas"][name]["examples"], path

    async def test_requests_refuse_unknown_members_and_answers_leave_nothing_out(self, app):
        schemas = app.openapi()["components"]["schemas"]
        for name, schema in schemas.items():
            if name.endswith("In"):
                assert schema["additionalProperties"] is False, name
            if name.endswith(("Resource", "Out", "Page", "Created", "BatchOutcome", "Answer", "Links", "Summary")):
                missing = set(schema["properties"]) - set(schema["required"])
                assert missing == LEFT_OUT.get(name, set()), name

    async def test_every_reference_leads_somewhere(self, app):
        document = app.openapi()
        wanted = set(references(document))
        assert {name for name in wanted if name not in document["components"]["schemas"]} == set()


def references(value):
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"].rsplit("/", 1)[1]
        for member in value.values():
            yield from references(member)
    elif isinstance(value, list):
        for member in value:
            yield from references(member)
