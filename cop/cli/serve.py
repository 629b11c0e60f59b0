"""`cop serve`: the web server of a deployment, settings from the environment."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from importlib import import_module
from pathlib import Path

from cop.cli.centre import check_migrated, check_settings, migrate, with_centre
from cop.cli.dumps import no_core_dumps
from cop.cli.failures import Failed, Misused
from cop.cli.places import data_folder

HELP = "serve a deployment; settings come from the environment"
HOST = "127.0.0.1"


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--host", default=HOST, help="address to listen on (default: loopback)")
    parser.add_argument(
        "--role", choices=("public", "desk"), default="",
        help="public pages or staff rooms alone, each in a process of its own (default: both in one)",
    )  # fmt: skip
    parser.add_argument("--workers", type=int, default=1)


def run(options: argparse.Namespace) -> int:
    no_core_dumps()
    if options.role == "desk" and options.workers != 1:
        raise Misused("the desk holds keys in the memory of one process; leave --workers out")
    check_port(options.host, options.port)
    os.environ["COP_ROLE"] = options.role or os.environ.get("COP_ROLE", "")
    os.environ.setdefault("COP_DATA", str(data_folder()))
    check_settings()  # reads the environment, so only now
    data_folder().mkdir(mode=0o700, parents=True, exist_ok=True)  # so that a folder that is gone later is known to be gone
    with_centre(prepare, migrated=False)
    os.execv(sys.executable, server_command(options.host, options.port, options.workers))


def prepare(folder: Path) -> int:
    """The embedded database is brought to this release; any other must be there already. Makes the key of the audit trail."""
    if os.environ.get("COP_DATABASE_URL"):
        check_migrated()
    else:
        migrate(lambda text: print(text, flush=True))
    if os.environ.get("COP_ROLE") != "public":
        import_module("cop.ground.exchange.audit_key").own_key(folder)
    import_module("django.db").connection.close()
    return 0


def server_command(host: str, port: int, workers: int) -> list[str]:
    """The command that runs the web server."""
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(workers), "--blocking-threads", "4", "--no-ws", "--log-level", "warning",
        "--workers-kill-timeout", "5", "cop.config.wsgi:application",
    ]  # fmt: skip


def check_port(host: str, port: int) -> None:
    """Raises Failed when the port is taken or may not be used."""
    if not 0 < port < 65536:
        raise Failed(f"port {port} does not exist; choose one from 1 to 65535")
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Failed(f"port {port} on {host} can't be used: {error.strerror}; choose another with --port") from None
