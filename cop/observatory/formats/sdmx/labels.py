"""Names of codes and components in one language."""

from __future__ import annotations

from cop.ground.core.door import Words
from cop.observatory.core.sdmx.cube import Cube
from cop.observatory.core.sdmx.layout import CODED, CONCEPT_NAMES, FLOW_NAME, Coded


def name_of(coded: Coded, t: Words) -> str:
    """The name of a code in a language, else in English, else the code itself."""
    return t(coded.message) if coded.message else coded.names.get(t.language.code) or coded.names.get("en") or coded.id


class Labels:
    """All names in one language."""

    def __init__(self, held: Cube, t: Words) -> None:
        self.flow = t(FLOW_NAME)
        self.components = {component: t(name) for component, name in CONCEPT_NAMES.items()}
        self.codes = {
            component: {coded.id: name_of(coded, t) for coded in held.lists[listed]} for component, listed in CODED.items()
        }

    def code(self, component: str, code: str) -> str:
        """The name of a code, or nothing for a component without a code list."""
        return self.codes[component].get(code, code) if component in self.codes else ""
