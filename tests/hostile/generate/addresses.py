"""`url-*`: a text that is no badge but the address of one, and leads where nobody may be sent (threat T-10).

Which addresses are reached at all is tested where the fetcher is, `tests/unit/remote/`. Here: that an address in the
place of a badge is held to the same rules.
"""

from __future__ import annotations

from tests.hostile.generate.sample import ANYTHING_BUT_VALID, nothing_there, rows

ADDRESSES = {
    "metadata": "http://169.254.169.254/latest/meta-data/",
    "metadata-name": "http://metadata.google.internal/computeMetadata/v1/",
    "loopback": "http://127.0.0.1:1/",
    "loopback-short": "http://127.1/",
    "loopback-decimal": "https://2130706433/",
    "loopback-octal": "https://0177.0.0.1/",
    "loopback-hexadecimal": "https://0x7f.1/",
    "loopback-name": "https://localhost/",
    "loopback-v6": "https://[::1]/",
    "loopback-v6-mapped": "https://[::ffff:127.0.0.1]/",
    "any": "https://0.0.0.0/",
    "private": "https://10.0.0.1/",
    "private-v6": "https://[fd00::1]/",
    "link-local-v6": "https://[fe80::1%25eth0]/",
    "nat64": "https://[64:ff9b::7f00:1]/",
    "multicast": "https://224.0.0.1/",
    "wide-dots": "https://127。0。0。1/",
    "wide-digits": "https://１２７.0.0.1/",
    "userinfo": "https://badges.example@127.0.0.1/",
    "backslash": "https://badges.example\\@127.0.0.1/",
    "port-22": "https://badges.example:22/",
    "port-0": "https://badges.example:0/",
    "port-too-large": "https://badges.example:99999/",
    "no-host": "https:///etc/passwd",
    "no-slashes": "https:badges.example",
    "three-slashes": "http:////127.0.0.1/",
    "newline": "https://badges.example/\r\nHost: 127.0.0.1",
    "tab": "https://badges.exam\tple/",
    "nul": "https://badges.example/\0",
    "two": "https://badges.example/1 https://badges.example/2",
    "fragment-only": "https://#/badge",
    "long": "https://badges.example/" + "a" * 100_000,
    "long-host": "https://" + "a" * 3_000 + ".example/",
    "percent-host": "https://%31%32%37.0.0.1/",
    "bidi": "https://badges.example/\u202egnp.egdab",
    "punycode-broken": "https://xn--a.example/",
    "file": "file:///etc/passwd",
    "ftp": "ftp://badges.example/badge.json",
    "gopher": "gopher://127.0.0.1:6379/_INFO",
    "javascript": "javascript:alert(1)",
    "data": "data:application/json,{}",
    "jar": "jar:https://badges.example/!/x",
    "scheme-relative": "//127.0.0.1/",
    "scheme-capitals": "HTTP://169.254.169.254/",
}


def samples():
    yield from rows(
        ANYTHING_BUT_VALID,
        {
            f"url-{label}": ("it is an address that leads astray", lambda url=url: url.encode())
            for label, url in ADDRESSES.items()
        },
        evidence=nothing_there,
    )
