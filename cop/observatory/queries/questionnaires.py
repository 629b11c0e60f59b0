"""The questionnaire of a round. A kept one never changes, so each is read once a process."""

from __future__ import annotations

import json
from functools import lru_cache

from cop.observatory.core.questionnaire import Questionnaire, from_json
from cop.observatory.models import QuestionnaireVersion


def questionnaire_of(questionnaire_id: int) -> Questionnaire:
    """The questionnaire with this number. Raises QuestionnaireVersion.DoesNotExist."""
    return _kept(QuestionnaireVersion.objects.values_list("sha256", flat=True).get(pk=questionnaire_id))


def questionnaire_by(sha256: str) -> Questionnaire:
    """The questionnaire with this hash; asks the database the first time only. Raises QuestionnaireVersion.DoesNotExist."""
    return _kept(sha256)


@lru_cache(maxsize=32)
def _kept(sha256: str) -> Questionnaire:
    return from_json(json.loads(QuestionnaireVersion.objects.values_list("content", flat=True).get(sha256=sha256)))
