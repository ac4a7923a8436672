"""What LinkedIn and its like read of a page: they ask as machines do, follow the tags, and fetch the picture."""

from __future__ import annotations

import io
from urllib.robotparser import RobotFileParser

import httpx
import lxml.html
import pytest
from PIL import Image

AGENT = "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)"
# The size at which LinkedIn shows a picture as wide as the post.
WIDE = (1200, 627)
SHOWN = ("valid", "valid, does not expire", "name in arabic", "name in emoji", "everything, long", "hostile")
NOT_HOLDING = ("expired", "revoked", "altered", "not yet valid", "test")


@pytest.fixture(scope="module")
def bot():
    headers = {"User-Agent": AGENT, "Accept": "*/*"}
    with httpx.Client(headers=headers, timeout=30, trust_env=False, follow_redirects=True) as client:
        yield client


def tags_of(answer):
    """Open Graph's properties; the first of each counts."""
    assert answer.headers["content-type"].startswith("text/html"), answer.headers
    found = {}
    for meta in lxml.html.fromstring(answer.text).iterfind("head/meta"):
        if (meta.get("property") or "").startswith("og:"):
            found.setdefault(meta.get("property"), meta.get("content"))
    return found


def picture(bot, tags):
    answer = bot.get(tags["og:image"])
    assert answer.status_code == 200
    assert answer.headers["content-type"] in {"image/png", "image/jpeg"}
    assert len(answer.content) < 5_000_000
    opened = Image.open(io.BytesIO(answer.content))
    opened.load()
    return opened


@pytest.mark.parametrize("name", [*SHOWN, "differentiated-teaching", "achievement, long"])
def test_the_tags_are_whole_and_the_picture_is_as_they_say(bot, town, name):
    answer = bot.get(town.url(name))
    assert answer.status_code == 200
    tags = tags_of(answer)
    for wanted in ("og:title", "og:description", "og:image", "og:url", "og:type", "og:site_name"):
        assert tags[wanted].strip(), wanted
    assert tags["og:url"] == town.url(name)
    assert tags["og:image"].startswith(f"{town.base}/")
    assert len(tags["og:title"]) <= 300
    assert len(tags["og:description"]) <= 300
    opened = picture(bot, tags)
    if "og:image:type" in tags:
        assert tags["og:image:type"] == f"image/{opened.format.lower()}"
    if "og:image:width" in tags or name in SHOWN:
        declared = (int(tags["og:image:width"]), int(tags["og:image:height"]))
        assert opened.size == declared


@pytest.mark.parametrize("name", SHOWN)
def test_the_picture_is_wide_where_there_is_one_for_posts(bot, town, name):
    tags = tags_of(bot.get(town.url(name)))
    assert "/preview-" in tags["og:image"]
    assert picture(bot, tags).size == WIDE


@pytest.mark.parametrize("name", NOT_HOLDING)
def test_what_does_not_hold_does_not_look_as_if(bot, town, name):
    answer = bot.get(town.url(name))
    tags = tags_of(answer)
    told = f"{tags['og:title']} {tags['og:description']}".lower()
    word = {"not yet valid": "not yet"}.get(name, name)
    assert word in told, told
    assert picture(bot, tags).size == WIDE


@pytest.mark.parametrize(("name", "status"), [("erased", 410), ("/credentials/0f3c", 422)])
def test_what_is_not_there_is_not_there_for_machines_either(bot, town, name, status):
    answer = bot.get(town.base + name if name.startswith("/") else town.url(name))
    assert answer.status_code == status
    assert "og:image" not in answer.text


def test_robots_may_come(bot, town):
    answer = bot.get(f"{town.base}/robots.txt")
    rules = RobotFileParser()
    rules.parse(answer.text.splitlines() if answer.status_code == 200 else [])
    assert answer.status_code in {200, 404}
    assert rules.can_fetch("LinkedInBot", town.url("valid"))
    assert rules.can_fetch("LinkedInBot", f"{town.url('valid')}.png")


def test_searching_machines_are_told_not_to_list_it_and_linkedin_is_not(bot, town):
    """Unlisted is the default; a plain `robots` meta would keep LinkedIn from showing it."""
    head = lxml.html.fromstring(bot.get(town.url("valid")).text).find("head")
    named = {meta.get("name"): meta.get("content") for meta in head.iterfind("meta")}
    assert named["googlebot"] == named["bingbot"] == "noindex"
    assert "robots" not in named
