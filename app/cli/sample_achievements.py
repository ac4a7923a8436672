"""The micro-credentials of the invented academy of `samples.py`. The frameworks and their addresses are real."""

from __future__ import annotations

from typing import Any, Final

_UNESCO_ICT = "UNESCO ICT Competency Framework for Teachers, version 3"
_UNESCO_ICT_URL = "https://unesdoc.unesco.org/ark:/48223/pf0000265721"
_UNESCO_AI = "UNESCO AI competency framework for teachers"
_UNESCO_AI_URL = "https://unesdoc.unesco.org/ark:/48223/pf0000391104"
_STANDARDS = "Teachers' Standards (Department for Education)"
_STANDARDS_URL = "https://www.gov.uk/government/publications/teachers-standards"
_NPQ = "National professional qualifications (NPQ) frameworks"
_NPQ_URL = (
    "https://www.gov.uk/government/publications/national-professional-qualifications-frameworks-from-september-2021"
)
_EARLY_CAREER = "Initial teacher training and early career framework"
_EARLY_CAREER_URL = "https://www.gov.uk/government/publications/initial-teacher-training-and-early-career-framework"
_SEND_CODE = "SEND code of practice: 0 to 25 years"
_SEND_CODE_URL = "https://www.gov.uk/government/publications/send-code-of-practice-0-to-25"
_WELLBEING = "Promoting children and young people's mental health and wellbeing"
_WELLBEING_URL = (
    "https://www.gov.uk/government/publications/promoting-children-and-young-peoples-emotional-health-and-wellbeing"
)
_DEVELOPMENT = "Standard for teachers' professional development"
_DEVELOPMENT_URL = "https://www.gov.uk/government/publications/standard-for-teachers-professional-development"

_QUALITY = {
    "name": "Reviewed every year by external moderators of the academy",
    "url": "https://academy.riverside.example/quality",
}
_EQF_7 = {"framework": "EQF", "code": "7"}
_TUTOR_CHECK = "A tutor sees the work in a live video meeting and checks a photo identity document."


def _alignment(framework: str, url: str, name: str, code: str | None = None) -> dict[str, Any]:
    alignment = {"targetName": name, "targetUrl": url, "targetFramework": framework, "targetType": "CFItem"}
    return alignment if code is None else {**alignment, "targetCode": code}


def _standard(number: int, name: str) -> dict[str, Any]:
    return _alignment(_STANDARDS, _STANDARDS_URL, name, f"TS{number}")


def _outcome(text: str, framework: str, url: str, code: str) -> dict[str, Any]:
    return {"text": text, "framework": framework, "url": url, "code": code}


def _rubric(name: str, *descriptions: str) -> dict[str, Any]:
    """Three levels, low to high; the middle one is needed to pass."""
    levels = zip(("developing", "meets", "exceeds"), descriptions, strict=True)
    return {
        "id": "rubric",
        "name": name,
        "resultType": "RubricCriterionLevel",
        "requiredLevel": "meets",
        "levels": [
            {"id": slug, "name": slug.capitalize(), "description": description, "points": points}
            for points, (slug, description) in enumerate(levels, start=1)
        ],
    }


_PASS_MARK = {"id": "quiz", "name": "Closing quiz", "resultType": "Percent", "requiredValue": 70}
_OBSERVATION = {"id": "observation", "name": "Observed session", "resultType": "Status"}

ACHIEVEMENTS: Final[dict[str, dict[str, Any]]] = {
    "differentiated-teaching": {
        "name": "Differentiated Teaching in Mixed-Ability Classes",
        "description": "Plans and teaches one lesson that reaches every pupil, and shows the effect in pupils' work.",
        "criteriaNarrative": (
            "Submit a **lesson plan**, three samples of pupils' work and a reflection of about 800 words.\n\n"
            "Two assessors mark the portfolio independently against the rubric."
        ),
        "criteriaUrl": "https://academy.riverside.example/courses/differentiated-teaching",
        "learningOutcomes": [
            "Find out what pupils already know before planning a lesson.",
            _outcome(
                "Adapt tasks, support and pace to pupils' needs within one lesson.",
                _STANDARDS,
                _STANDARDS_URL,
                "TS5",
            ),
            "Judge from pupils' work whether the adaptation helped.",
        ],
        "hours": 12,
        "ects": 0.5,
        "level": _EQF_7,
        "assessment": {
            "type": "Portfolio of classroom work",
            "description": "Two assessors mark lesson plan, pupils' work and reflection against a published rubric.",
        },
        "participation": "blended",
        "qualityAssurance": _QUALITY,
        "prerequisites": "A class to teach during the course.",
        "supervision": _TUTOR_CHECK,
        "stackability": "One of four parts of the Riverside Certificate in Inclusive Teaching.",
        "alignments": [
            _standard(5, "Adapt teaching to respond to the strengths and needs of all pupils"),
            _alignment(_NPQ, _NPQ_URL, "NPQ for Leading Teaching", "NPQLT"),
        ],
        "resultDescriptions": [
            _rubric(
                "Portfolio",
                "Tasks differ, but not yet because of what pupils know.",
                "Tasks and support follow from what pupils know.",
                "Adapts during the lesson as well, and shows the effect in pupils' work.",
            ),
        ],
        "language": "en-GB",
        "tags": ["teaching", "differentiation"],
        "validity": "P3Y",
        "fieldOfStudy": "Education",
        "humanCode": "RTA-T01",
        "version": "2026.1",
    },
    "formative-assessment": {
        "name": "Formative Assessment That Moves Learning On",
        "description": "Uses questions, short checks and feedback during lessons to decide what to teach next.",
        "learningOutcomes": [
            "Write questions that show how pupils think, not only whether they are right.",
            _outcome("Make accurate and productive use of assessment.", _STANDARDS, _STANDARDS_URL, "TS6"),
            "Give feedback that pupils act on within the lesson.",
        ],
        "hours": 10,
        "ects": 0.4,
        "level": _EQF_7,
        "assessment": {
            "type": "Application of a skill in the workplace",
            "description": "A recorded lesson with commentary, and a closing quiz.",
        },
        "participation": "online",
        "qualityAssurance": _QUALITY,
        "prerequisites": "Qualified teacher status, or a place on a training course.",
        "stackability": "One of four parts of the Riverside Certificate in Inclusive Teaching.",
        "alignments": [
            _standard(6, "Make accurate and productive use of assessment"),
            _alignment(_EARLY_CAREER, _EARLY_CAREER_URL, "Assessment (Standard 6)", "6"),
        ],
        "resultDescriptions": [
            _rubric(
                "Recorded lesson",
                "Checks understanding at the end of the lesson.",
                "Checks during the lesson and changes course when needed.",
                "Pupils assess themselves and each other as a matter of course.",
            ),
            _PASS_MARK,
        ],
        "language": "en-GB",
        "tags": ["teaching", "assessment"],
        "validity": "P3Y",
        "humanCode": "RTA-T02",
    },
    "ai-in-the-classroom": {
        "name": "AI in the Classroom: Safe and Useful",
        "description": "Chooses, tries and explains AI tools for teaching while protecting pupils and their data.",
        "learningOutcomes": [
            _outcome(
                "Weigh benefits and risks of an AI tool before pupils use it.",
                _UNESCO_AI,
                _UNESCO_AI_URL,
                "Ethics of AI",
            ),
            _outcome(
                "Design one activity in which AI supports learning and does not replace it.",
                _UNESCO_AI,
                _UNESCO_AI_URL,
                "AI pedagogy",
            ),
            "Explain to parents what data a tool receives.",
        ],
        "hours": 15,
        "ects": 0.6,
        "level": {"framework": "EQF", "code": "6"},
        "assessment": {
            "type": "Project",
            "description": "An activity, its risk assessment, and a report of what happened in class.",
        },
        "participation": "online",
        "qualityAssurance": _QUALITY,
        "alignments": [
            _alignment(_UNESCO_ICT, _UNESCO_ICT_URL, "Knowledge Deepening: Application of Digital Skills", "KD.4"),
            _alignment(_UNESCO_AI, _UNESCO_AI_URL, "AI pedagogy: Deepen"),
        ],
        "resultDescriptions": [
            _rubric(
                "Project",
                "The tool is used, its limits are not discussed.",
                "Benefits and risks are weighed, pupils' data are protected.",
                "Pupils learn to question what the tool produces.",
            ),
            _PASS_MARK,
        ],
        "language": "en-GB",
        "tags": ["digital", "artificial intelligence"],
        "validity": "P18M",
        "humanCode": "RTA-D01",
    },
    "digital-literacy": {
        "name": "Digital Literacy Across the Curriculum",
        "description": "Teaches pupils to find, judge and make digital content within ordinary subject lessons.",
        "learningOutcomes": [
            "Plan two lessons in which pupils check a source before they use it.",
            "Choose tools that every pupil in the class can use.",
        ],
        "hours": 8,
        "assessment": {"type": "Written assignment"},
        "participation": "online",
        "qualityAssurance": _QUALITY,
        "alignments": [
            _alignment(_UNESCO_ICT, _UNESCO_ICT_URL, "Technology Literacy: Curriculum and Assessment", "TL.2"),
        ],
        "resultDescriptions": [
            {
                "id": "grade",
                "name": "Assignment",
                "resultType": "LetterGrade",
                "allowedValues": ["D", "C", "B", "A"],
                "requiredValue": "C",
            }
        ],
        "language": "en-GB",
        "tags": ["digital", "media literacy"],
        "validity": "P2Y",
        "humanCode": "RTA-D02",
    },
    "coaching-colleagues": {
        "name": "Coaching Colleagues",
        "description": "Leads a colleague through a coaching cycle: observation, conversation, practice, review.",
        "learningOutcomes": [
            "Agree on one small, observable goal with a colleague.",
            "Hold a coaching conversation that leaves the decision with the colleague.",
            "Review the change with evidence from the classroom.",
        ],
        "hours": 20,
        "ects": 0.8,
        "level": _EQF_7,
        "assessment": {
            "type": "Observed practice",
            "description": "One conversation is observed; the colleague confirms the cycle.",
        },
        "participation": "blended",
        "qualityAssurance": _QUALITY,
        "prerequisites": "Two years of teaching, and a colleague who wishes to be coached.",
        "supervision": _TUTOR_CHECK,
        "stackability": "Counts towards the Riverside Certificate in Leading Learning.",
        "alignments": [
            _alignment(_NPQ, _NPQ_URL, "NPQ for Leading Teacher Development", "NPQLTD"),
            _alignment(_DEVELOPMENT, _DEVELOPMENT_URL, "Collaboration and expert challenge", "3"),
        ],
        "resultDescriptions": [
            _rubric(
                "Coaching conversation",
                "Gives good advice.",
                "Asks, listens, and agrees on a next step.",
                "The colleague finds the next step and the measure of success.",
            ),
            _OBSERVATION,
        ],
        "language": "en-GB",
        "tags": ["leadership", "coaching"],
        "humanCode": "RTA-L01",
    },
    "mentoring-new-teachers": {
        "name": "Mentoring New Teachers",
        "description": "Accompanies a teacher in the first two years with planned meetings and useful feedback.",
        "learningOutcomes": [
            "Plan a sequence of meetings for one term.",
            "Give feedback after a lesson that names one thing to practise.",
            "Recognise when a new teacher needs other help.",
        ],
        "hours": 16,
        "level": {
            "framework": "RQF",
            "code": "7",
            "name": "Level 7 of England, Wales and Northern Ireland",
            "url": "https://www.gov.uk/what-different-qualification-levels-mean/list-of-qualification-levels",
        },
        "assessment": {
            "type": "Portfolio of practice",
            "description": "A plan for a term, notes of three meetings, and the new teacher's own account.",
        },
        "participation": "onsite",
        "qualityAssurance": _QUALITY,
        "prerequisites": "Three years of teaching.",
        "stackability": "Counts towards the Riverside Certificate in Leading Learning.",
        "alignments": [
            _alignment(_EARLY_CAREER, _EARLY_CAREER_URL, "Professional behaviours (Standard 8)", "8"),
            _standard(8, "Fulfil wider professional responsibilities"),
        ],
        "resultDescriptions": [_OBSERVATION],
        "language": "en-GB",
        "tags": ["leadership", "mentoring"],
        "validity": "P5Y",
        "humanCode": "RTA-L02",
    },
    "send-inclusion": {
        "name": "Inclusion of Pupils with SEND",
        "description": (
            "Plans ordinary lessons so that pupils with special educational needs and disabilities take part fully."
        ),
        "criteriaNarrative": "Submit a plan for one pupil, made **with** the pupil and the family, and its review.",
        "learningOutcomes": [
            "Describe a pupil's barriers to learning without labels.",
            _outcome(
                "Follow the cycle of assess, plan, do and review with the family.",
                _SEND_CODE,
                _SEND_CODE_URL,
                "6.44",
            ),
            "Work with the school's SENCO and with assistants on one shared plan.",
        ],
        "hours": 18,
        "ects": 0.75,
        "level": _EQF_7,
        "assessment": {
            "type": "Case study",
            "description": "One pupil's plan and its review after six weeks, without the pupil's name.",
        },
        "participation": "blended",
        "qualityAssurance": _QUALITY,
        "prerequisites": "Work with at least one pupil on SEN support.",
        "supervision": _TUTOR_CHECK,
        "stackability": "One of four parts of the Riverside Certificate in Inclusive Teaching.",
        "alignments": [
            _standard(5, "Adapt teaching to respond to the strengths and needs of all pupils"),
            _alignment(_SEND_CODE, _SEND_CODE_URL, "SEN support in schools", "6.44"),
        ],
        "resultDescriptions": [
            _rubric(
                "Case study",
                "Support is planned for the pupil.",
                "Support is planned and reviewed with pupil and family.",
                "What was learned changes teaching for the whole class.",
            ),
        ],
        "language": "en-GB",
        "tags": ["inclusion", "SEND"],
        "validity": "P2Y",
        "humanCode": "RTA-I01",
    },
    "pupil-wellbeing": {
        "name": "Pupil Wellbeing: Notice, Listen, Refer",
        "description": "Notices early when a pupil is not well, listens well, and knows whom to tell and when.",
        "learningOutcomes": [
            "Name signs that a pupil may need help.",
            "Hold a first conversation that promises no secrecy.",
            "Refer a concern by the school's procedure on the same day.",
        ],
        "hours": 6,
        "assessment": {"type": "Test", "description": "Twenty cases; seventy per cent must be judged rightly."},
        "participation": "online",
        "qualityAssurance": _QUALITY,
        "prerequisites": "None.",
        "alignments": [
            _alignment(_WELLBEING, _WELLBEING_URL, "Staff development to support own wellbeing and that of pupils"),
            _standard(7, "Manage behaviour effectively to ensure a good and safe learning environment"),
        ],
        "resultDescriptions": [_PASS_MARK],
        "language": "en-GB",
        "tags": ["inclusion", "wellbeing"],
        "validity": "P1Y",
        "humanCode": "RTA-I02",
    },
}
