"""A release described for search engines: schema.org Dataset as JSON that may stand inside a page."""

from __future__ import annotations

import json
from typing import Any

from markupsafe import Markup

from cop.ground.core.door import BY_CODE, Words, mark
from cop.observatory.core.releases.content import Header

DESCRIPTION = mark(
    "What countries answered and registers hold about protecting children online: figures by country and indicator, each with "
    "its source, who stands behind it, and the bounds that unknown answers leave."
)
_FORMS = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


def dataset_description(header: Header, checksum: str, origin: str, t: Words) -> Markup:
    """The description of a release in the language of `t`, with no sign in it that could end a script or a comment."""
    address = f"{origin}/{t.language.code}/releases/{header.id}/"
    files = [(f"{origin}/releases/{header.id}.{form}", media) for form, media in _FORMS.items()]
    files.append((f"{origin}/releases/{header.id}/package.zip", "application/zip"))
    about: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "@id": f"{origin}/releases/{header.id}/",
        "url": address,
        "name": f"{header.name(t.language.code)}, {header.id}",
        "description": t(DESCRIPTION),
        "identifier": [header.id, f"sha256:{checksum}"],
        "version": header.id,
        "datePublished": header.published[:10],
        "inLanguage": list(BY_CODE),
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "creativeWorkStatus": "Published",
        "isAccessibleForFree": True,
        "citation": header.citation,
        "creator": {"@type": "Organization", "name": "COP Centre"},
        "measurementTechnique": header.method,
        "variableMeasured": [i.name for i in header.indicators if i.scored],
        "distribution": [{"@type": "DataDownload", "encodingFormat": media, "contentUrl": place} for place, media in files],
    }
    text = json.dumps(about, ensure_ascii=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704 the signs that mean something to a page are written as numbers
