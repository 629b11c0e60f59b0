"""The stylesheet: one file, named after its content, kept for a year."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from cop.ground.formats.html import stylesheet, stylesheet_address
from cop.ground.public import NotThere


def stylesheet_view(request: HttpRequest, digest: str) -> HttpResponse:
    if stylesheet_address() != f"/static/site.{digest}.css":
        raise NotThere(f"/static/site.{digest}.css")
    return HttpResponse(
        stylesheet(), content_type="text/css; charset=utf-8", headers={"Cache-Control": "public, max-age=31536000, immutable"}
    )
