"""Open Badges 3.0 documents: what issuers tell, what is signed, what strangers send, and badges in images.

Values in, values out: nothing here reads a clock, a file, a database or the network.

    definition = AchievementDefinition.model_validate({"name": "Mentoring", "description": "…", "hours": 12})
    achievement = achievement_document(definition, id="https://a.example/achievements/1", image_url=None)
    achievement["criteria"]["narrative"].splitlines()[0]       # "## Workload"
    result_documents(definition, achievement["id"], [])        # [], or InvalidFieldsError naming each member

    stated, of = completeness(transparency_card(definition))   # 2 of 14: the rest is shown as not stated
    problems = check_credential(document)                      # () when its structure is right
"""

from app.openbadges.achievement import ResultInput, achievement_document, result_documents
from app.openbadges.baked import NO_LETTER, Baked, Printed, Twin, is_address
from app.openbadges.bitstring import (
    MINIMUM_LENGTH,
    decode_bitstring,
    encode_bitstring,
    entry_value,
    list_bits,
    parse_index,
    status_list_document,
)
from app.openbadges.card import CardItem, completeness, transparency_card
from app.openbadges.credential import AchievementCredential, check_award, check_credential, check_old_credential
from app.openbadges.definition import (
    AchievementDefinition,
    AlignmentDefinition,
    Assessment,
    LearningOutcome,
    Level,
    LevelDefinition,
    QualityAssurance,
    ResultDescriptionDefinition,
)
from app.openbadges.identity import identity_matches, identity_object, new_salt
from app.openbadges.pdf import NOTHING_ATTACHED, SEVERAL_ATTACHED, locate_pdf, printed_by_pdf, unbake_pdf
from app.openbadges.png import PNG_SIGNATURE, bake_png, locate_png, read_png_chunks, unbake_png
from app.openbadges.profile import check_endorsement, check_old_endorsement, check_profile
from app.openbadges.record import check_old_record, check_record
from app.openbadges.sniff import describe_other, sniff
from app.openbadges.svg import bake_svg, locate_svg, parse_svg, unbake_svg
from app.openbadges.vcdm import check_old_vc, check_old_vp, check_vc, check_vp
from app.openbadges.vocabulary import (
    CLR_CONTEXT_PATTERN,
    CREDENTIAL_SCHEMA_URL,
    EXTENSIONS_CONTEXT,
    OB_CONTEXT,
    OB_CONTEXT_PATTERN,
    RECEIPT_TYPE,
    SCHEMA_TYPE,
    STATUS_ENTRY_TYPE,
    TEST_MARK,
    VC_1_CONTEXT,
    VC_CONTEXT,
)

__all__ = [
    "CLR_CONTEXT_PATTERN",
    "CREDENTIAL_SCHEMA_URL",
    "EXTENSIONS_CONTEXT",
    "MINIMUM_LENGTH",
    "NOTHING_ATTACHED",
    "NO_LETTER",
    "OB_CONTEXT",
    "OB_CONTEXT_PATTERN",
    "PNG_SIGNATURE",
    "RECEIPT_TYPE",
    "SCHEMA_TYPE",
    "SEVERAL_ATTACHED",
    "STATUS_ENTRY_TYPE",
    "TEST_MARK",
    "VC_1_CONTEXT",
    "VC_CONTEXT",
    "AchievementCredential",
    "AchievementDefinition",
    "AlignmentDefinition",
    "Assessment",
    "Baked",
    "CardItem",
    "LearningOutcome",
    "Level",
    "LevelDefinition",
    "Printed",
    "QualityAssurance",
    "ResultDescriptionDefinition",
    "ResultInput",
    "Twin",
    "achievement_document",
    "bake_png",
    "bake_svg",
    "check_award",
    "check_credential",
    "check_endorsement",
    "check_old_credential",
    "check_old_endorsement",
    "check_old_record",
    "check_old_vc",
    "check_old_vp",
    "check_profile",
    "check_record",
    "check_vc",
    "check_vp",
    "completeness",
    "decode_bitstring",
    "describe_other",
    "encode_bitstring",
    "entry_value",
    "identity_matches",
    "identity_object",
    "is_address",
    "list_bits",
    "locate_pdf",
    "locate_png",
    "locate_svg",
    "new_salt",
    "parse_index",
    "parse_svg",
    "printed_by_pdf",
    "read_png_chunks",
    "result_documents",
    "sniff",
    "status_list_document",
    "transparency_card",
    "unbake_pdf",
    "unbake_png",
    "unbake_svg",
]
