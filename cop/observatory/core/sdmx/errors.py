"""What is said about a statistics request that can't be answered: the standard's error codes and the statuses they go with."""

from __future__ import annotations

# Code of the standard's web service guidelines -> HTTP status. Codes from 1000 are a service's own; ours end in the status.
STATUS = {100: 404, 140: 400, 150: 400, 501: 501, 1406: 406, 1414: 414}
NAMES = {
    100: "No results found",
    140: "Syntax error",
    150: "Semantic error",
    501: "Not implemented",
    1406: "Not acceptable",
    1414: "Address too long",
}


class SdmxError(Exception):
    """A request for statistics that is answered by the standard's error message; `text` names the thing and the way out."""

    def __init__(self, code: int, text: str) -> None:
        self.code, self.text = code, text
        super().__init__(text)

    @property
    def status(self) -> int:
        """The HTTP status, 400 to 501."""
        return STATUS[self.code]

    @property
    def name(self) -> str:
        """The standard's name of the error."""
        return NAMES[self.code]


def shown(text: str) -> str:
    """A part of a request as an error may repeat it: at most 60 signs, those that can't be printed replaced."""
    cut = "".join(sign if sign.isprintable() else "?" for sign in text[:60])
    return cut + ("..." if len(text) > 60 else "")


def no_results(text: str) -> SdmxError:
    """Nothing fits: 404."""
    return SdmxError(100, text)


def syntax(text: str) -> SdmxError:
    """A request that isn't written as the standard says: 400."""
    return SdmxError(140, text)


def semantic(text: str) -> SdmxError:
    """A request that is well written and can't be meant: 400."""
    return SdmxError(150, text)


def not_implemented(text: str) -> SdmxError:
    """A part of the standard that is not offered: 501."""
    return SdmxError(501, text)
