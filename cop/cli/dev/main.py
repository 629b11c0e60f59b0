"""`cop-dev`: what developers run; needs the development group."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module

COMMANDS = {
    "check": "everything that CI checks, in order, until something fails",
    "messages": "bring the message catalogues up to date; says how many messages lack a translation",
    "seal": "write row count and checksum of changed data files into their passports",
    "pins": "pin every version, transitive ones too, in pyproject.toml and requirements.txt",
    "oracle": "fetch the evaluator of forms that tests hold ours against; needs npm",
    "tables": "write the documents that are generated from data (docs/rules.md)",
    "postgres": "run a command with a PostgreSQL of its own in COP_DATABASE_URL: cop-dev postgres -- pytest --database-only",
    "pictures": "pictures of every template as contact sheets, with axe and a keyboard walk",
}


def main() -> int:
    """Run one developer's command; exit code 0 when it is in order."""
    parser = argparse.ArgumentParser(prog="cop-dev", description=__doc__)
    commands = parser.add_subparsers(dest="command", metavar="command", required=True)
    for name, text in COMMANDS.items():
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("arguments", nargs="*")
    options = parser.parse_args()
    code: int = import_module(f"cop.cli.dev.{options.command}").run(options.arguments)
    return code


if __name__ == "__main__":
    sys.exit(main())
