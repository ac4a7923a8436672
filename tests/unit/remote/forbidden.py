"""Where no fetch may ever connect, as strangers write it: addresses, names, identifiers. `{port}` is listened at."""

from __future__ import annotations

from tests.unit.remote.test_addresses import NOT_PUBLIC

_V4 = [text for text in NOT_PUBLIC if ":" not in text]
_V6 = [text for text in NOT_PUBLIC if ":" in text and "%" not in text]

NUMBERS = [f"https://{address}:{{port}}/" for address in _V4]
NUMBERS += [f"https://[{address}]:{{port}}/" for address in _V6]

SPELLINGS = [
    f"https://{host}:{{port}}/"
    for host in (
        *(
            "2130706433",
            "0x7f000001",
            "0X7F000001",
            "017700000001",
            "127.1",
            "127.0.1",
            "0x7f.1",
            "0177.1",
            "0177.0.0.01",
        ),
        *(
            "0x7f.0x0.0x0.0x1",
            "127.0.0.1.",
            "127.0.0x1",
            "0",
            "0x0",
            "00",
            "0.0",
            "2852039166",
            "0xa9fea9fe",
            "0xA9.254.43518",
        ),
        *(
            "１２７.０.０.１",
            "127。0。0。1",
            "①②⑦.⓪.⓪.①",
            "⑯⑨。②⑤④。⑯⑨｡②⑤④",
            "127.0.0.1%00.example.org",
            "127.0.0.1%2f",
        ),
        *(
            "[::1%25lo]",
            "[::1%lo]",
            "[fe80::1%25eth0]",
            "[::1].",
            "[::0001]",
            "[0:0:0:0:0:0:0:1]",
            "[0000::1]",
            "[::127.1]",
        ),
        *(
            "[::ffff:7f00:1]",
            "[::ffff:0:7f00:1]",
            "[::FFFF:127.0.0.1]",
            "[0:0:0:0:0:ffff:127.0.0.1]",
            "[::ffff:2130706433]",
        ),
    )
]

NAMES = [
    f"https://{host}:{{port}}/"
    for host in (
        *(
            "localhost",
            "LOCALHOST",
            "localhost.",
            "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
            "localhost.localdomain",
            "ip6-localhost",
            "app.localhost",
        ),
        *("metadata", "metadata.google.internal", "instance-data.ec2.internal", "kubernetes.default.svc.cluster.local"),
        *(
            "db",
            "redis",
            "printer.local",
            "router.home.arpa",
            "hidden.onion",
            "host.docker.internal",
            "x.test",
            "x.invalid",
        ),
    )
]

# Names of the public internet whose name server says what it likes.
ANSWERS = {f"to-{number}.attacker.org": [address] for number, address in enumerate(NOT_PUBLIC)} | {
    "both.attacker.org": ["93.184.216.34", "127.0.0.1"],
    "both-turned.attacker.org": ["127.0.0.1", "93.184.216.34"],
    "both-versions.attacker.org": ["93.184.216.34", "::1"],
    "last-of-many.attacker.org": [*(f"93.184.216.{number}" for number in range(1, 64)), "10.0.0.1"],
    "far-too-many.attacker.org": [f"93.184.{number // 250}.{number % 250 + 1}" for number in range(5_000)],
    "nothing.attacker.org": [],
    "127.0.0.1.nip.attacker.org": ["127.0.0.1"],
    "xn--bcher-kva.attacker.org": ["127.0.0.1"],
    "under_score.attacker.org": ["127.0.0.1"],
}
RESOLVED = [f"https://{name}:{{port}}/" for name in ANSWERS] + ["https://bücher.attacker.org:{port}/"]

WRITTEN_ODDLY = [
    *("http://127.0.0.1:{port}/", "http://93.184.216.34/", "http://[::1]:{port}/", "HTTP://localhost:{port}/"),
    *("//127.0.0.1:{port}/", "https:127.0.0.1:{port}", "https:/127.0.0.1:{port}/", "https:///127.0.0.1:{port}/"),
    *(
        "https:\\\\127.0.0.1:{port}\\",
        "https://example.org\\@127.0.0.1:{port}/",
        "https://127.0.0.1:{port}\\@example.org/",
    ),
    *("https://example.org@127.0.0.1:{port}/", "https://user:pass@127.0.0.1:{port}/", "https://@127.0.0.1:{port}/"),
    *(
        "https://127.0.0.1:{port}@example.org/",
        "https://127.0.0.1:{port}#@example.org/",
        "https://127.0.0.1:{port}?@a.org/",
    ),
    *(
        "https://127.0.0.1 :{port}/",
        " https://127.0.0.1:{port}/",
        "https://127.0.0.1:{port} /",
        "https://127.0.0.1\t:{port}/",
    ),
    *("https://127.0.0.1:{port}\r\nHost: example.org/", "https://\x00127.0.0.1:{port}/", "https://127.0.0.1:0{port}/"),
    *(
        "https://93.184.216.34:80/",
        "https://93.184.216.34:22/",
        "https://93.184.216.34:3306/",
        "https://93.184.216.34:0/",
    ),
    *(
        "ftp://127.0.0.1:{port}/",
        "gopher://127.0.0.1:{port}/_GET",
        "dict://127.0.0.1:{port}/",
        "ws://127.0.0.1:{port}/",
    ),
    *("file:///etc/passwd", "file://127.0.0.1/etc/passwd", "data:application/json,{{}}", "jar:https://127.0.0.1!/"),
    *(
        "ldap://127.0.0.1:{port}/",
        "netdoc:///etc/passwd",
        "unix:///var/run/docker.sock",
        "tcp://127.0.0.1:{port}/",
        "about:blank",
    ),
]

URLS = NUMBERS + SPELLINGS + NAMES + RESOLVED + WRITTEN_ODDLY

DIDS = [
    *(
        "did:web:localhost%3A{port}",
        "did:web:127.0.0.1%3A{port}",
        "did:web:127.1",
        "did:web:2130706433",
        "did:web:0x7f.1",
    ),
    *("did:web:%5B::1%5D", "did:web:[::1]", "did:web:example.org@127.0.0.1", "did:web:example.org%40127.0.0.1"),
    *(
        "did:web:127.0.0.1%2Fa",
        "did:web:example.org%00",
        "did:web:example.org:..:..",
        "did:web:metadata.google.internal",
    ),
    *(
        "did:web:to-7.attacker.org%3A{port}",
        "did:web:both.attacker.org%3A{port}",
        "did:web:attacker.org%3A22",
        "did:web:x.local",
    ),
    *(
        "did:web:127.0.0.1.nip.attacker.org%3A{port}",
        "did:web:",
        "did:web:a b",
        "did:webs:127.0.0.1",
        "did:ion:127.0.0.1",
    ),
    *(
        "did:web:example.org%3A443%3A{port}",
        "did:web:１２７.０.０.１",
        "did:dns:localhost",
        "https://127.0.0.1:{port}/did.json",
    ),
]
