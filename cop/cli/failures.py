"""How a command ends when it can't do what was asked."""


class Failed(Exception):
    """The command can't do what was asked; the message says why and what to do. Exit code 1."""


class Misused(Exception):
    """The command was asked wrongly. Exit code 2."""
