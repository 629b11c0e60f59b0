"""What a round says when it will not do what it was asked."""

from __future__ import annotations


class Refused(Exception):
    """A step that a rule forbids. `rule` is its code, `message` one English sentence with placeholders for `values`."""

    def __init__(self, rule: str, message: str, **values: object) -> None:
        self.rule, self.message, self.values = rule, message, values
        super().__init__(f"{rule}: {message % values if values else message}")
