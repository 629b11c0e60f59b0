"""Help kept on a device: one set of pages, the same for everybody (S-14), the script that keeps it, and a way to delete it."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import lru_cache
from typing import Any

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse

from cop.ground.core.door import PACKAGE
from cop.ground.formats.html import stylesheet_address
from cop.ground.public import NotThere, language, page
from cop.guidance.public import held, own_area

STATIC = PACKAGE / "guidance" / "static" / "guidance"
_SCRIPTS = {"script-src": [SELF], "worker-src": [SELF], "connect-src": [SELF]}
# The service worker's own policy: it may fetch this site and nothing else.
_WORKER = {"default-src": [NONE], "connect-src": [SELF]}


@lru_cache
def script(name: str) -> bytes:
    """A script without its comments and without the spaces that it does not need."""
    lines = (STATIC / name).read_text(encoding="utf-8").splitlines()
    text = "\n".join(line.strip() for line in lines if not line.strip().startswith("//"))
    for spaced in (" => ", " = ", ", ", " === ", " && ", " || ", " ? "):
        text = text.replace(spaced, spaced.strip())
    return text.encode()


@lru_cache
def keep_address() -> str:
    """The address of the page's script, which changes with its content."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(script("keep.js")).digest())[:10].decode()
    return f"/static/keep.{digest}.js"


def keep_script(request: HttpRequest, digest: str) -> HttpResponse:
    if keep_address() != f"/static/keep.{digest}.js":
        raise NotThere(f"/static/keep.{digest}.js")
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return HttpResponse(script("keep.js"), content_type="text/javascript; charset=utf-8", headers=headers)


@csp_replace(_WORKER)
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker for one language, at most 2 KB, with the addresses of the set in it."""
    t = language(request, None)
    lang, own = t.language.code, own_area()
    kept, here = f"/{lang}/help/kept/", f"/{lang}/help/{own.iso2}/" if own else ""
    every = [address for address in (kept, here, stylesheet_address()) if address]
    body = script("worker.js").decode().replace("{kept}", kept).replace("{own}", here).replace("{all}", json.dumps(every))
    body = body.replace("{gone}", json.dumps(t("The saved pages of this site are deleted from this device."))).replace(
        "{dir}", t.dir
    )
    return HttpResponse(body, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "public, no-cache"})


@csp_replace(_SCRIPTS)
def help_keep(request: HttpRequest, lang: str) -> HttpResponse:
    """The page with the button, what is kept, and how to delete it."""
    t = language(request, lang)
    return page(request, "guidance/help_keep.html", t, path="help/keep/", own=own_area(), deleted=False, keep_script=keep_address())


def help_kept(request: HttpRequest, lang: str) -> HttpResponse:
    """What to do without a network and without numbers: the fallback and the children's first-aid topics of a language."""
    t = language(request, lang)
    library = held().library
    topics = [
        library.show(topic.slug, lang) for topic in library.topics.values() if topic.first_aid and library.has(topic.slug, lang)
    ]
    directories = {directory.kind: directory.url for directory in held().directories}
    return page(request, "guidance/help_kept.html", t, path="help/kept/", topics=topics, directories=directories, noindex=True)


@csp_replace(_SCRIPTS)
def help_delete(request: HttpRequest, lang: str) -> HttpResponse:
    """Deletes what this site keeps on the device, by the Clear-Site-Data header: no script is needed."""
    t = language(request, lang)
    ours = request.headers.get("Sec-Fetch-Site", "none") in ("same-origin", "none")  # another site may not delete a child's help
    values: dict[str, Any] = {"own": own_area(), "deleted": ours, "keep_script": keep_address(), "noindex": True}
    answer = page(request, "guidance/help_keep.html", t, path="help/keep/", **values)
    if ours:
        answer["Clear-Site-Data"] = '"cache", "storage"'
    answer["Cache-Control"] = "no-store"
    return answer
