"""The words of Open Badges 3.0: context and schema addresses, type names, closed and extensible lists.

The lists are those of the AchievementCredential schema (OB 3.0) and of the ClrCredential schema (CLR 2.0), 1EdTech.
"""

from __future__ import annotations

from typing import Final

VC_CONTEXT: Final = "https://www.w3.org/ns/credentials/v2"
VC_1_CONTEXT: Final = "https://www.w3.org/2018/credentials/v1"
OB_CONTEXT: Final = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
EXTENSIONS_CONTEXT: Final = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"

CREDENTIAL_SCHEMA_URL: Final = (
    "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
)
SCHEMA_TYPE: Final = "1EdTechJsonSchemaValidator2019"

# What a verification receipt is called (docs/decisions/0032). It is no credential, and attached to PDF files as one is.
RECEIPT_TYPE: Final = "VerificationReceipt"

# What the names of test credentials begin with.
TEST_MARK: Final = "Test: "
STATUS_ENTRY_TYPE: Final = "BitstringStatusListEntry"

# Written without \d and \p so that pydantic, Python, JSON Schema and OpenAPI read the patterns alike.
OB_CONTEXT_PATTERN: Final = r"^https://purl\.imsglobal\.org/spec/ob/v3p0/context(-3\.[0-9]\.[0-9])*\.json$"
CLR_CONTEXT_PATTERN: Final = r"^https://purl\.imsglobal\.org/spec/clr/v2p0/context(-2\.[0-9]\.[0-9])*\.json$"
# The schema's own pattern for additions to an extensible list. It is not anchored there either.
EXTENSION_PATTERN: Final = r"ext:[a-zA-Z0-9|._]+"
LANGUAGE_PATTERN: Final = r"^[a-z]{2,4}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$"
LANGUAGE_KEY_PATTERN: Final = r"^[a-z]{2}(-[A-Z]{2})?$"

ACHIEVEMENT_TYPES: Final = (
    "Achievement",
    "ApprenticeshipCertificate",
    "Assessment",
    "Assignment",
    "AssociateDegree",
    "Award",
    "Badge",
    "BachelorDegree",
    "Certificate",
    "CertificateOfCompletion",
    "Certification",
    "CommunityService",
    "Competency",
    "Course",
    "CoCurricular",
    "Degree",
    "Diploma",
    "DoctoralDegree",
    "Fieldwork",
    "GeneralEducationDevelopment",
    "JourneymanCertificate",
    "LearningProgram",
    "License",
    "Membership",
    "ProfessionalDoctorate",
    "QualityAssuranceCredential",
    "MasterCertificate",
    "MasterDegree",
    "MicroCredential",
    "ResearchDoctorate",
    "SecondarySchoolDiploma",
)

TARGET_TYPES: Final = (
    "ceasn:Competency",
    "ceterms:Credential",
    "CFItem",
    "CFRubric",
    "CFRubricCriterion",
    "CFRubricCriterionLevel",
    "CTDL",
)

IDENTIFIER_TYPES: Final = (
    "name",
    "sourcedId",
    "systemId",
    "productId",
    "userName",
    "accountId",
    "emailAddress",
    "nationalIdentityNumber",
    "isbn",
    "issn",
    "lisSourcedId",
    "oneRosterSourcedId",
    "sisSourcedId",
    "ltiContextId",
    "ltiDeploymentId",
    "ltiToolId",
    "ltiPlatformId",
    "ltiUserId",
    "identifier",
)

DRAFT_IDENTIFIER_TYPES: Final = ("email",)
"""What drafts of Open Badges 3.0, on version 1.1 of the data model, called emailAddress."""

RESULT_TYPES: Final = (
    "GradePointAverage",
    "LetterGrade",
    "Percent",
    "PerformanceLevel",
    "PredictedScore",
    "RawScore",
    "Result",
    "RubricCriterion",
    "RubricCriterionLevel",
    "RubricScore",
    "ScaledScore",
    "Status",
)
ASSOCIATION_TYPES: Final = (
    "exactMatchOf",
    "isChildOf",
    "isParentOf",
    "isPartOf",
    "isPeerOf",
    "isRelatedTo",
    "precedes",
    "replacedBy",
)

# Results of these types are numbers unless the description lists the values that it allows.
NUMERIC_RESULT_TYPES: Final = frozenset(
    {"GradePointAverage", "Percent", "PredictedScore", "RawScore", "RubricScore", "ScaledScore"}
)

RESULT_STATUSES: Final = (
    "Completed",
    "Enrolled",
    "Failed",
    "InProgress",
    "OnHold",
    "Provisional",
    "Withdrew",
)
