"""What the observatory keeps in the database: rounds with their answers, and releases."""

from cop.observatory.models.answers import AnswerChange, AnswerSource, AnswerValue, PendingText
from cop.observatory.models.evidence import Evidence, StoredFile
from cop.observatory.models.exchanges import Clarification, ClarificationMessage, Correction, Reply, Signoff
from cop.observatory.models.releases import Release, ReleaseCountry
from cop.observatory.models.rounds import Participation, QuestionnaireVersion, Reminder, Round, SectionLock

__all__ = [
    "AnswerChange", "AnswerSource", "AnswerValue", "Clarification", "ClarificationMessage", "Correction", "Evidence",
    "Participation", "PendingText", "QuestionnaireVersion", "Release", "ReleaseCountry", "Reminder", "Reply", "Round",
    "SectionLock", "Signoff", "StoredFile",
]  # fmt: skip
