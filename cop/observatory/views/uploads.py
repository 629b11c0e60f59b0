"""Forms that carry a file: larger than other forms may be, and only on their own addresses."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from cop.ground.core.door import mark
from cop.observatory.core.rounds.refusals import Refused

View = Callable[..., HttpResponse]
ROOM_FOR_FIELDS = 1_048_576


class BoundedUpload(TemporaryFileUploadHandler):
    """Takes files into a temporary file and stops once all together are larger than `most` bytes."""

    def __init__(self, request: HttpRequest, most: int) -> None:
        super().__init__(request)
        self.left = most

    def receive_data_chunk(self, raw_data: bytes, start: int) -> Any:
        self.left -= len(raw_data)
        if self.left < 0:
            self.request.too_large = True
            raise StopUpload(connection_reset=True)
        return super().receive_data_chunk(raw_data, start)


def with_files(most: int) -> Callable[[View], View]:
    """A view whose form may carry files of `most` bytes together. The form token is checked after the limit is set."""

    def wrap(view: View) -> View:
        guarded = csrf_protect(view)

        @csrf_exempt
        @wraps(view)
        def limited(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
            request.too_large = int(request.META.get("CONTENT_LENGTH") or 0) > most + ROOM_FOR_FIELDS
            request.upload_handlers = [BoundedUpload(request, 0 if request.too_large else most + 1)]
            answer: HttpResponse = guarded(request, *arguments, **named)
            return answer

        return limited

    return wrap


TOO_LARGE = mark("The file is larger than 20 MB.")


def posted_file(request: HttpRequest, name: str, too_large: str = TOO_LARGE) -> tuple[bytes, str]:
    """The bytes and the name of a file in a form; empty ones where none was chosen.

    Raises Refused with the message `too_large` for one that is too large.
    """
    found = request.FILES.get(name)
    if getattr(request, "too_large", False):
        raise Refused("RND-18", too_large)
    if found is None:
        return b"", ""
    return found.read(), str(found.name)[:300]
