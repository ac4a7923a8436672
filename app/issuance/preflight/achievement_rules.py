"""Rules on what was earned, by whom, and on the picture."""

from __future__ import annotations

from typing import Final

from app.issuance.preflight.places import is_web_address
from app.issuance.preflight.rule import LINKEDIN_NAME, Reader, Rule, Said, fails, passes, warns
from app.issuance.preflight.sample import Sample
from app.verification.members import mapping, several, text, texts

_SMALL: Final = 400  # pixels
_SQUARE: Final = 0.02  # of the longer side


def subject(sample: Sample) -> Said:
    if "AchievementSubject" not in texts(sample.subject.get("type")):
        return fails("The subject does not have the type AchievementSubject.", "Give it that type.")
    if text(sample.subject.get("id")) or sample.identifiers:
        return passes("The badge says in a way that validators accept who earned it.")
    return fails(
        "The badge does not say who earned it.", "Have the issuer identify learners by name, e-mail address or DID."
    )


def recipient_name(sample: Sample) -> Said:
    if any(item.get("identityType") == "name" and item.get("hashed") is False for item in sample.identifiers):
        return passes("The learner's name stands in the badge, so wallets can show whose it is.")
    return warns(
        "The learner's name does not stand in the badge: wallets show a number or nothing, and an employer cannot "
        "tell whose badge it is.",
        "Add name to the issuer's identifyLearnersBy, unless leaving it out is intended.",
    )


def recipient_email(sample: Sample) -> Said:
    if any(item.get("identityType") == "emailAddress" for item in sample.identifiers):
        return passes("The learner's e-mail address stands in the badge as a salted hash, which hosts compare.")
    return warns(
        "The learner's e-mail address is not in the badge, so hosts that take badges in by e-mail address call it "
        "unverified.",
        "Add email to the issuer's identifyLearnersBy; only a hash of it is signed.",
    )


def achievement_id(sample: Sample) -> Said:
    name = text(sample.achievement.get("id"))
    if name is not None and ":" in name and "Achievement" in texts(sample.achievement.get("type")):
        return passes("The achievement has an address of its own and its type.")
    return fails("The achievement has no address, or not the type Achievement.", "Give it both.")


def achievement_type(sample: Sample) -> Said:
    if text(sample.achievement.get("achievementType")):
        return passes("The badge says what kind of achievement it is, which hosts sort by.")
    return warns("The badge does not say what kind of achievement it is.", "Set achievementType.")


def criteria(sample: Sample) -> Said:
    stated = mapping(sample.achievement.get("criteria"))
    if is_web_address(stated.get("id")) or text(stated.get("narrative")):
        return passes("What had to be done is told in the badge or at an address that it names.")
    return fails(
        "The badge does not say what had to be done, in text or by the address of a page.",
        "Write criteriaNarrative or give criteriaUrl.",
    )


def alignments(sample: Sample) -> Said:
    for item in map(mapping, several(sample.achievement.get("alignment"))):
        complete = text(item.get("targetName")) and is_web_address(item.get("targetUrl"))
        if "Alignment" not in texts(item.get("type")) or not complete:
            return fails(
                "An alignment lacks its type, the name of the standard or the address where it is published.",
                "Give each alignment targetName and a targetUrl that opens in a browser.",
            )
    return passes("Each alignment names a published standard and where to find it.")


def achievement_name(sample: Sample) -> Said:
    length = len(text(sample.achievement.get("name")) or "")
    if length > LINKEDIN_NAME:
        return warns(
            f"The name has {length} characters; LinkedIn was seen to cut after {LINKEDIN_NAME}, and wallets sooner.",
            f"Shorten the name to {LINKEDIN_NAME} characters at most, the telling words first.",
        )
    return passes("The name fits into LinkedIn's form.")


def language(sample: Sample) -> Said:
    if text(sample.achievement.get("inLanguage")):
        return passes("The badge says in which language it is written.")
    return warns(
        "The badge does not say in which language it is written, so screen readers and wallets guess.",
        "Set language, for example en or zh-Hans.",
    )


def image(sample: Sample) -> Said:
    shown = sample.achievement.get("image")
    if shown is None:
        return warns("The achievement has no picture, so wallets show a grey square.", "Give it a picture.")
    stated = mapping(shown)
    address = text(stated.get("id")) or ""
    if stated.get("type") != "Image" or not (is_web_address(address) or address.startswith("data:image/")):
        return fails(
            "The picture is not written as the standard wants it: an object with an address and the type Image.",
            "Write the picture as an object; a bare address is refused.",
        )
    return passes("The picture is named as the standard wants it.")


def image_caption(sample: Sample) -> Said:
    if text(mapping(sample.achievement.get("image")).get("caption")):
        return passes("The picture is described in words for those who cannot see it.")
    return warns(
        "The picture is not described in words, so those who cannot see it learn nothing of it.", "Set imageCaption."
    )


def picture(sample: Sample) -> Said:
    own = sample.picture
    if own is None:
        return passes("The picture is drawn by the service: square, as PNG and as SVG.")
    if own.media_type not in {"image/png", "image/svg+xml"}:
        return fails("The picture is neither PNG nor SVG.", "Upload a PNG or an SVG file.")
    measures = f"The picture measures {own.width} by {own.height} pixels."
    if abs(own.width - own.height) > _SQUARE * max(own.width, own.height):
        return warns(f"{measures} Wallets and hosts show a square and cut off the rest.", "Upload a square picture.")
    if own.media_type == "image/png" and max(own.width, own.height) < _SMALL:
        return warns(
            f"{measures} On today's screens that is blurred.",
            f"Upload at least {_SMALL} by {_SMALL} pixels, or an SVG.",
        )
    return passes(f"{measures} It is square and sharp enough.")


_BOTH = (Reader.STANDARD, Reader.ONE_ED_TECH)

RULES: Final = (
    Rule("subject", "Who earned it", _BOTH, subject, binding=True),
    Rule("recipient-name", "The learner's name", (Reader.WALLETS, Reader.PEOPLE), recipient_name),
    Rule("recipient-email", "The learner's e-mail address", (Reader.HOSTS,), recipient_email),
    Rule("achievement-id", "Address of the achievement", _BOTH, achievement_id, binding=True),
    Rule("achievement-type", "Kind of achievement", (Reader.HOSTS,), achievement_type),
    Rule("criteria", "Criteria", _BOTH, criteria, binding=True),
    Rule("alignments", "Alignments", _BOTH, alignments, binding=True),
    Rule("achievement-name", "Length of the name", (Reader.LINKEDIN, Reader.WALLETS), achievement_name),
    Rule("language", "Language", (Reader.WALLETS, Reader.PEOPLE), language),
    Rule("image", "Picture in the badge", (*_BOTH, Reader.WALLETS), image),
    Rule("image-caption", "Picture in words", (Reader.PEOPLE,), image_caption),
    Rule("picture", "Shape and size of the picture", (Reader.LINKEDIN, Reader.WALLETS, Reader.HOSTS), picture),
)
