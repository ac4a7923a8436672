"""`ld-poison-*`: documents that take for ever to canonicalise, because their nodes look alike (threat T-11)."""

from __future__ import annotations

from tests.hostile.generate.honest import as_json, badge, signed
from tests.hostile.generate.sample import NOT_VALID, PROBLEM, rows


def alignments(count: int):
    one = {"type": ["Alignment"], "targetName": "Inclusion", "targetUrl": "https://standards.example/inclusion"}
    return [dict(one) for _ in range(count)]


def results(count: int, each: int):
    """`count` results that nobody can tell apart, with as many alignments in each."""
    return [{"type": ["Result"], "value": "Exceeds", "alignment": alignments(each)} for _ in range(count)]


def poisoned(**members) -> bytes:
    """The badge with such members in its subject, and a proof of the right form, which nobody could have made."""
    document = badge()
    subject = {**document["credentialSubject"], **members}
    return as_json({**document, "credentialSubject": subject, "proof": signed()["proof"]})


def linked(edges) -> bytes:
    """Profiles without names that are each other's parents: `edges` from number to numbers."""
    profiles = [
        {"id": f"_:p{number}", "type": ["Profile"], "parentOrg": [f"_:p{other}" for other in others]}
        for number, others in edges.items()
    ]
    return poisoned(source=profiles)


def clique(size: int):
    return {n: [other for other in range(size) if other != n] for n in range(size)}


def ring(size: int):
    return {n: [(n + 1) % size, (n - 1) % size] for n in range(size)}


def torus(side: int):
    """Each node has four neighbours like every other's."""
    at = lambda x, y: (x % side) * side + y % side  # noqa: E731
    return {
        at(x, y): [at(x + 1, y), at(x - 1, y), at(x, y + 1), at(x, y - 1)] for x in range(side) for y in range(side)
    }


def hypercube(dimensions: int):
    return {n: [n ^ (1 << bit) for bit in range(dimensions)] for n in range(1 << dimensions)}


def _tree(depth: int, width: int):
    node = {"type": ["Profile"]}
    for _ in range(depth):
        node = {"type": ["Profile"], "parentOrg": [dict(node) for _ in range(width)]}
    return node


def samples():
    yield from rows(
        NOT_VALID,
        {
            **{
                f"ld-poison-clique-{size}": (
                    f"{size} nodes are all linked with each other",
                    lambda size=size: linked(clique(size)),
                )
                for size in (5, 6, 7, 8, 10, 16, 22)
            },
            **{
                f"ld-poison-family-{size}": (
                    f"two equal results have {size} equal alignments each",
                    lambda size=size: poisoned(result=results(2, size)),
                )
                for size in (6, 7, 8, 9, 12, 50)
            },
            "ld-poison-families-6": (
                "six equal results have six equal alignments each",
                lambda: poisoned(result=results(6, 6)),
            ),
            "ld-poison-many-families": (
                "a hundred equal results have three equal alignments each",
                lambda: poisoned(result=results(100, 3)),
            ),
            "ld-poison-torus-5": ("25 nodes form a torus", lambda: linked(torus(5))),
            "ld-poison-torus-12": ("144 nodes form a torus", lambda: linked(torus(12))),
            "ld-poison-hypercube-4": ("16 nodes form a hypercube", lambda: linked(hypercube(4))),
            "ld-poison-hypercube-7": ("128 nodes form a hypercube", lambda: linked(hypercube(7))),
            "ld-poison-two-cliques": (
                "two cliques look alike",
                lambda: linked({**clique(6), **{n + 6: [o + 6 for o in others] for n, others in clique(6).items()}}),
            ),
            "ld-poison-tree": (
                "a tree of equal nodes has three branches everywhere",
                lambda: poisoned(source=_tree(4, 3)),
            ),
            "ld-poison-ring-480": ("480 nodes form a ring", lambda: linked(ring(480))),
            "ld-poison-in-proof": ("the proof holds a clique", _in_proof),
            "ld-many-bnodes-501": ("there is one blank node too many", lambda: poisoned(result=results(1, 500))),
            "ld-many-bnodes-2900": ("there are 2,900 blank nodes", lambda: poisoned(result=results(1, 2_900))),
            "ld-many-quads": (
                "there are 4,500 statements",
                lambda: poisoned(result=[{"type": ["Result"], "value": f"{n}"} for n in range(1_500)]),
            ),
            "ld-many-tags": ("one member has 20,000 values", lambda: _with_tags(20_000)),
            "ld-deep-nodes-30": ("nodes stand in nodes, 30 deep", lambda: poisoned(source=_tree(14, 1))),
            "ld-long-text-900k": ("a text has 900,000 letters", lambda: poisoned(narrative="a" * 900_000)),
            "ld-slow-path-5000": ("5,000 values have a language of their own", lambda: _translated(5_000)),
            "ld-slow-path-clique": ("a clique stands beside values that few processors read", _slow_clique),
        },
    )
    yield from rows(
        PROBLEM,
        {"ld-many-bnodes-6000": ("there are 6,000 blank nodes", lambda: poisoned(result=results(1, 6_000)))},
    )


def _in_proof() -> bytes:
    profiles = [
        {"id": f"_:p{n}", "type": "Profile", "parentOrg": [f"_:p{o}" for o in others]}
        for n, others in clique(8).items()
    ]
    return as_json({**badge(), "proof": [{**signed()["proof"][0], "creator": profiles}]})


def _with_tags(count: int) -> bytes:
    document = badge()
    document["credentialSubject"]["achievement"]["tag"] = [f"tag {n}" for n in range(count)]
    return as_json({**document, "proof": signed()["proof"]})


def _translated(count: int) -> bytes:
    names = [{"@value": f"Name {n}", "@language": "en"} for n in range(count)]
    return as_json({**badge(), "name": names, "proof": signed()["proof"]})


def _slow_clique() -> bytes:
    document = badge(name={"@value": "Nom", "@language": "fr"})
    profiles = [
        {"id": f"_:p{n}", "type": ["Profile"], "parentOrg": [f"_:p{o}" for o in others]}
        for n, others in clique(12).items()
    ]
    subject = {**document["credentialSubject"], "source": profiles}
    return as_json({**document, "credentialSubject": subject, "proof": signed()["proof"]})
