"""What people and their enemies write: the longest that is taken, every script, and tricks on whoever reads.

No word of a trick may act: `CANARY` stands in each, and a page that runs it would say so or ask a stranger.
"""

from __future__ import annotations

CANARY = "canary.example"
LONGEST_NAME = "Maximiliana-Konstantinopolitana " * 6 + "Wolfesch"
UNBROKEN_NAME = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2
SCRIPTS = {
    "arabic": "فاطمة الزهراء بنت محمد",
    "chinese": "王小明",
    "hindi": "अनन्या शर्मा",
    "emoji": "Zoë Ōkubo 👩🏽‍🔬🎓🇫🇷",
    "hebrew and latin": "Yael Ben-David יעל בן־דוד",
}
TAGS = f"<script>alert(1)</script><img src=//{CANARY}/x onerror=alert(2)><b>Bold</b>"
QUOTES = f'"><svg onload=alert(3)><a href="javascript:alert(4)">//{CANARY}'
BIDI = "Level \u202e5\u202d of \u2066\u202e10\u2069 \u200f\u061cpassed"
MARKDOWN = f"""# A title <script>alert(5)</script>

<iframe src="https://{CANARY}/frame"></iframe><style>body {{ display: none }}</style>

[click](javascript:alert(6)) [data](data:text/html,<script>alert(7)</script>) [again](JaVaScRiPt:alert(8))
![picture](https://{CANARY}/picture.png) <img src="https://{CANARY}/tracker.png" onerror="alert(9)">

<https://{CANARY}/auto> [\u202eelpmaxe.knab](https://{CANARY}/named)

| a | b |
|---|---|
| <form action="https://{CANARY}/"><input name=q autofocus onfocus=alert(10)></form> | `{{{{ 7 * 7 }}}}` |

<meta http-equiv="refresh" content="0;url=https://{CANARY}/"><base href="https://{CANARY}/">
{"x" * 300}
"""
PRINTABLE = MARKDOWN.replace("\u202e", "")
LONG_MARKDOWN = (
    "## What was done\n\nSix weeks of **assess, plan, do, review** with *one* pupil, in `three` phases.\n\n"
    "1. Listened to lessons\n2. Wrote a plan, [published here](https://portfolio.riverside.example/plan)\n\n"
    "### In numbers\n\n| Week | Minutes | Note |\n|---|---|---|\n"
    + "".join(f"| {week} | {week * 15} | Read aloud, then summarised what was read |\n" for week in range(1, 7))
    + "\n> It works when everybody knows why.\n\n```\nplan -> do -> review\n```\n\n"
    + "\n\n".join(
        f"Paragraph {number}. The pupil chose the text, read it twice and explained it." for number in (1, 2)
    )
)  # fmt: skip
