"""Lets views of libraries render our templates: `account/login.html` is `accounts/account/login.html`, in the person's language."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template import TemplateDoesNotExist
from django.template.backends.base import BaseEngine
from jinja2 import TemplateNotFound

from cop.accounts.public import desk_text
from cop.ground.formats.html import environment


class RoomTemplate:
    """One template, rendered in the language of the request."""

    def __init__(self, name: str) -> None:
        self.name = name

    def render(self, context: dict[str, Any] | None = None, request: HttpRequest | None = None) -> str:
        return desk_text(request, self.name, **(context or {}))


class RoomTemplates(BaseEngine):
    """The template engine of Django settings."""

    def __init__(self, params: dict[str, Any]) -> None:
        params = params.copy()
        params.pop("OPTIONS", None)
        super().__init__(params)

    def from_string(self, template_code: str) -> Any:
        raise TemplateDoesNotExist("templates are files", backend=self)

    def get_template(self, template_name: str) -> RoomTemplate:
        name = f"accounts/{template_name}"
        try:
            environment("en").get_template(name)
        except TemplateNotFound as error:
            raise TemplateDoesNotExist(str(error), backend=self) from error
        return RoomTemplate(name)
