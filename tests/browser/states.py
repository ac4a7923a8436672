"""Every page in every state: where it is, or what is sent to /verify to get it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from app.verification import Conclusion
from app.web.banner import LOOKS
from tests.browser.strangers import HOSTILE_TEXT
from tests.elsewhere import CASES

LANGUAGES = ("en", "ar")  # nothing but Arabic turns the whole page around
FOR_DEVELOPERS = ("reference", "what a problem means")  # in English, as the API is
HOSTILE = ("hostile", "elsewhere, hostile", "elsewhere, names of 10,000 characters")


@dataclass(frozen=True)
class State:
    """`at` is the name of an address in the town, or a path; `below` follows it. `word` stands in the banner, in
    English.
    """

    name: str
    at: str = "/verify"
    status: int = 200
    word: str = ""
    file: str = ""
    text: str = ""
    email: str = ""
    below: str = ""

    def address(self, town, language=None):
        path = self.at if self.at.startswith("/") else town.path(self.at)
        return f"{town.base}{path}{self.below}{f'?lang={language}' if language else ''}"

    @property
    def is_translated(self):
        return self.name not in FOR_DEVELOPERS

    @property
    def is_sent(self):
        return bool(self.file or self.text)

    def open(self, page, town, language=None):
        """The answer with the page in this state, reached as a person would."""
        answer = page.goto(self.address(town, language))
        if not self.is_sent:
            return answer
        if self.file:
            name, content = town.files[self.file]
            sent = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
            page.locator("input[name=file]").set_input_files(sent)
        if self.text:
            page.locator("[name=text]").fill(self.text)
        if self.email:
            page.locator("[name=email]").fill(self.email)
        with page.expect_response(lambda answered: answered.request.method == "POST") as answered:
            page.locator("form[action^='/verify'] button[type=submit]").first.click()
        page.wait_for_load_state()
        return answered.value


def _badge(name, word, status=200):
    return State(f"badge, {name}", name, status, word)


BADGES = (
    _badge("valid", "Valid"),
    _badge("valid, does not expire", "Valid"),
    _badge("public", "Valid"),
    _badge("expired", "Expired"),
    _badge("not yet valid", "Not yet valid"),
    _badge("revoked", "Revoked"),
    _badge("revoked, hostile reason", "Revoked"),
    _badge("replaced", "replaced"),
    _badge("replacement", "Valid"),
    _badge("renewed", "Expired"),
    _badge("renewal", "Valid"),
    _badge("test", "test"),
    _badge("altered", "Altered"),
    _badge("endorsed, one cannot be asked", "Valid"),
    _badge("name in arabic", "Valid"),
    _badge("name in chinese", "Valid"),
    _badge("name in hindi", "Valid"),
    _badge("name in emoji", "Valid"),
    _badge("name in hebrew and latin", "Valid"),
    _badge("arabic content", "Valid"),
    _badge("everything, long", "Valid"),
    _badge("hostile", "Valid"),
    _badge("erased", "", 410),
    State("badge, unknown", f"/credentials/{UUID(int=0)}", 404),
    State("badge, address cut short", "/credentials/0f3c", 404),
)
_CARDS = ("valid", "expired", "revoked", "test", "altered", "arabic content", "everything, long", "hostile")
CARDS = (
    *(State(f"card, {name}", name, below="/embed") for name in _CARDS),
    State("card, erased", "erased", 410, below="/embed"),
    State("card, unknown", f"/credentials/{UUID(int=0)}/embed", 404),
)
OTHERS = (
    State("front page", "/"),
    State("reference", "/docs"),
    *(
        State(name, name)
        for name in ("issuer", "issuer, bare", "issuer, hostile", "issuer, long", "differentiated-teaching",
                     "formative-assessment", "achievement, bare", "achievement, hostile", "achievement, long",
                     "achievement, arabic")
    ),
    State("achievement, unknown", f"/achievements/{UUID(int=0)}", 404),
    State("issuer, unknown", "/issuers/nobody", 404),
    State("what a problem means", "/problems/invalid-fields"),
)  # fmt: skip
OURS = (
    *(State(f"verify, our {form}", word="Valid", file=form) for form in ("png", "svg", "pdf", "json", "jwt")),
    State("verify, revoked", word="Revoked", file="revoked"),
    State("verify, expired", word="Expired", file="expired"),
    State("verify, test", word="test", file="test"),
    State("verify, altered", word="Altered", file="altered"),
    State("verify, hostile", word="Valid", file="hostile"),
    State("verify, receipt", word="signed by this service", file="receipt"),
    State("verify, receipt, altered", word="Not a receipt", file="receipt, altered"),
    State("verify, somebody else's", word="else", file="json", email="x@riverside.example"),
)
STRANGERS = (
    *(
        State(
            f"verify, elsewhere, {name}",
            word=LOOKS[Conclusion(case.conclusion)].word,
            file=f"elsewhere, {name}",
            email=case.asked.get("email", ""),
        )
        for name, case in CASES.items()
        if "," not in name
    ),
    State("verify, elsewhere, hostile", word="Valid", file="elsewhere, hostile"),
    State("verify, elsewhere, long", word="Valid", file="elsewhere, names of 10,000 characters"),
    State("verify, not a credential", file="json that is no credential"),
)
UNREADABLE = (
    State("verify, picture without a badge", status=400, file="a picture without a badge"),
    State("verify, broken json", status=400, file="broken json"),
    State("verify, nothing known", status=400, file="nothing known"),
    State("verify, svg with script", status=400, file="svg with script"),
    State("verify, hostile text", status=400, text=HOSTILE_TEXT),
)
STATES = (*BADGES, *CARDS, *OTHERS, State("verify, empty"), *OURS, *STRANGERS, *UNREADABLE)
BY_NAME = {state.name: state for state in STATES}
