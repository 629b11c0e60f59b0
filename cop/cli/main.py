"""The command line `cop`: exit code 0 when done, 1 when it failed, 2 when it was asked wrongly; errors in one line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

from cop.cli.failures import Failed, Misused
from cop.ground.core.door import DataError, UnknownCode

COMMANDS = (
    "country",
    "coverage",
    "facts",
    "help",
    "export",
    "data",
    "demo",
    "serve",
    "worker",
    "tick",
    "migrate",
    "backup",
    "restore",
    "audit",
    "people",
    "figures",
    "round",
    "hotline",
)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        self.exit(2, f"{self.prog}: {message}\n")


def parser(names: Sequence[str] = COMMANDS) -> argparse.ArgumentParser:
    """The parser of the commands `names`, without which it is of all; each command's module adds its own options."""
    top = _Parser(
        prog="cop",
        description="COP Centre tells a country, from evidence, where it stands in protecting children online.",
    )
    commands = top.add_subparsers(dest="command", metavar="command", required=True)
    for name in names:
        module = import_module(f"cop.cli.{name}")
        command = commands.add_parser(name, help=module.HELP, description=module.HELP)
        module.add_options(command)
        command.set_defaults(run=module.run)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = parser(given[:1] if given[:1] and given[0] in COMMANDS else COMMANDS).parse_args(given)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except (UnknownCode, Misused) as error:
        print(f"cop {options.command}: {error}", file=sys.stderr)
        return 2
    except (Failed, DataError) as error:
        print(f"cop {options.command}: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 1
    except OSError as error:
        what = f"{error.filename}: " if error.filename else ""
        print(f"cop {options.command}: {what}{error.strerror or error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 1
