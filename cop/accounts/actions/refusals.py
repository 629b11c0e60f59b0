"""What an action says when it will not do what it was asked."""

from __future__ import annotations


class Refused(Exception):
    """An action that was refused. `message` is one English sentence, translated where it is shown."""

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)
