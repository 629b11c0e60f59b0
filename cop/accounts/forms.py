"""Forms of `accounts`: what people write is bounded and holds no sign that hides or turns text."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import get_language

from cop.accounts.core.clearance import REQUIREMENTS
from cop.accounts.core.matrix import matrix
from cop.accounts.core.scopes import BAD_SCOPE, is_scope
from cop.accounts.core.terms import wrong_term
from cop.accounts.models import Person
from cop.ground.core.door import LANGUAGES, mark, words
from cop.ground.public import now

HIDDEN_SIGNS = mark("Please leave out signs that can't be seen.")
MOST_PASSWORD = 256
_LANGUAGES = [(language.code, language.name) for language in LANGUAGES]


def plain_text(most: int) -> list[Callable[[str], None]]:
    """Validators of one line of text: at most `most` signs, no control signs, no overrides of direction."""
    return [MaxLengthValidator(most), _visible]


def _visible(text: str) -> None:
    for sign in text:
        if (
            unicodedata.category(sign) in ("Cc", "Cs", "Co", "Cn")
            or sign in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f"
        ):
            raise ValidationError(_said(HIDDEN_SIGNS), code="hidden")


def _said(message: str) -> str:
    return words(get_language() or "en")(message)


def _line(most: int, required: bool = True) -> forms.CharField:
    return forms.CharField(required=required, max_length=most, validators=plain_text(most))


class AcceptForm(forms.Form):
    """Accept an invitation: who one is, in which language, with which password."""

    name = _line(120)
    language = forms.ChoiceField(choices=_LANGUAGES)
    password = forms.CharField(max_length=MOST_PASSWORD, strip=False, widget=forms.PasswordInput)

    def __init__(self, *arguments: Any, email: str, **named: Any) -> None:
        self.email = email
        super().__init__(*arguments, **named)

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password, Person(email=self.email, name=self.cleaned_data.get("name", "")))
        return password


class InviteForm(forms.Form):
    """Invite somebody to a role in a scope."""

    email = forms.EmailField(max_length=200)
    role = forms.ChoiceField(choices=[(role.code, role.label) for role in matrix().roles])
    scope = forms.CharField(required=False, max_length=200)
    last_day = forms.DateField(required=False)
    language = forms.ChoiceField(choices=_LANGUAGES)

    def clean_scope(self) -> str:
        return _scope(self.cleaned_data["scope"])

    def clean_last_day(self) -> date | None:
        return _term(self.cleaned_data["last_day"])


class GrantForm(forms.Form):
    """Give a role to somebody who is here already."""

    role = forms.ChoiceField(choices=[(role.code, role.label) for role in matrix().roles])
    scope = forms.CharField(required=False, max_length=200)
    last_day = forms.DateField(required=False)

    def clean_scope(self) -> str:
        return _scope(self.cleaned_data["scope"])

    def clean_last_day(self) -> date | None:
        return _term(self.cleaned_data["last_day"])


def _term(last: date | None) -> date | None:
    """The last day of a role, where one is named. Raises ValidationError for one that has passed or lies too far away."""
    if last is not None and (wrong := wrong_term(last, now().date())):
        raise ValidationError(_said(wrong), code="term")
    return last


def _scope(text: str) -> str:
    found = text.strip().strip("/")
    if not is_scope(found):
        raise ValidationError(_said(BAD_SCOPE), code="scope")
    return found


class ClearanceForm(forms.Form):
    """Record vetting, training or conduct with its day and its end."""

    requirement = forms.ChoiceField(choices=[(item.value, label) for item, label in REQUIREMENTS.items()])
    done_on = forms.DateField()
    valid_until = forms.DateField()


class TokenForm(forms.Form):
    """A personal token of a machine."""

    name = _line(80)
    permissions = forms.MultipleChoiceField(choices=[(item.code, item.label) for item in matrix().permissions])
    days = forms.IntegerField(min_value=1, max_value=366)


class LanguageForm(forms.Form):
    """The language of the desk and of mails."""

    language = forms.ChoiceField(choices=_LANGUAGES)
