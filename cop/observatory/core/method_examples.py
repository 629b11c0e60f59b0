"""The specification tables of scoring: small methods with answers and what they give. Tests, documents and pages read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from cop.ground.core.door import Reference, naming, read_yaml
from cop.observatory.core.method import Method, method_of
from cop.observatory.core.scoring_inputs import ScoringInputs

FILE = "method_examples.yaml"
_STATES = {"yes": 1.0, "partly": 0.5, "no": 0.0, "unknown": np.nan, "na": np.nan}


@dataclass(frozen=True)
class Example:
    """One line of the specification: answers (a state or a number) and the figures they give, as text to its last digit.

    `low`, `high` and `value` are empty where there is none. `steps` gives figures of single indicators and groups. `source`
    says where a published example was read.
    """

    case: str
    method: Method
    answers: Mapping[str, str | float]
    coverage: str
    low: str = ""
    high: str = ""
    value: str = ""
    band: int | None = None
    reason: str = ""
    where: str = ""
    steps: Mapping[str, str] = field(default_factory=dict)
    source: str = ""

    @property
    def inputs(self) -> ScoringInputs:
        """The answers as inputs of one area, named by the case, in year 0."""
        said = [self.answers.get(code, "unknown") for code in self.method.codes]
        values = [_STATES[answer] if isinstance(answer, str) else float(answer) for answer in said]
        na = [answer == "na" for answer in said]
        shape = (len(said), 1, 1)
        return ScoringInputs(self.method.codes, (self.case,), (0,), np.array(values).reshape(shape), np.array(na).reshape(shape))


def read_examples(reference: Reference) -> tuple[Example, ...]:
    """Every example in file order. Raises DataError that names file and key."""
    raw = read_yaml(reference.path("observatory", FILE))
    with naming(FILE):
        methods = {spec["id"]: method_of(spec, file=f"{FILE} method {spec['id']}") for spec in raw["methods"]}
        return tuple(Example(**case | {"method": methods[case["method"]]}) for case in raw["cases"])
