"""The stylesheet and the script of rounds."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from cop.ground.public import NotThere
from cop.observatory.formats.assets import KINDS, asset, asset_address


def asset_view(request: HttpRequest, name: str, digest: str) -> HttpResponse:
    """A file of the desk under the address of its very content."""
    if request.path_info != asset_address(name):
        raise NotThere(request.path_info[:200])
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return HttpResponse(asset(name), content_type=KINDS[name], headers=headers)
