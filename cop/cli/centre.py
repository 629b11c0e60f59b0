"""The one place where a command starts Django: settings, data folder and database, and failures told in one line."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from cop.cli.failures import Failed
from cop.cli.places import data_folder, reference_root
from cop.ground.core.door import ground

Say = Callable[[str], None]


def with_centre(work: Callable[[Path], int], *, migrated: bool = True) -> int:
    """Do `work`, given the data folder, with Django started; answers its exit code.

    Raises Failed for settings that can't be used, for a database that can't be reached and, where `migrated`, for one that is not
    migrated.
    """
    folder = set_up()
    errors: Any = import_module("django.db.utils")
    try:
        if migrated:
            check_migrated()
        return work(folder)
    except import_module("cop.ground.exchange.audit_key").BadKey as error:
        raise Failed(str(error)) from None
    except errors.DatabaseError as error:
        raise Failed(
            f"the database can't be used: {str(error).strip().splitlines()[0] if str(error).strip() else error!r}"
        ) from error


def set_up() -> Path:
    """Start Django on the data folder of the commands and answer the folder. Raises Failed for settings that can't be used."""
    folder = data_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ.setdefault("COP_DATA", str(folder))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cop.config.settings")
    check_settings()
    import_module("django").setup()
    _private()
    return folder


def _private() -> None:
    """An embedded database is made readable by its owner only, before anything is in it."""
    settings: Any = import_module("django.conf").settings
    held = settings.DATABASES["default"]
    name = str(held["NAME"])
    if held["ENGINE"].endswith("sqlite3") and os.path.isabs(name) and not os.path.exists(name):
        os.close(os.open(name, os.O_CREAT | os.O_WRONLY, 0o600))


def check_settings() -> None:
    """Raises Failed with one line where a setting can't be used."""
    env = import_module("cop.config.env")  # by name, as the server itself is started: nothing imports config
    try:
        import_module("cop.config.settings")
    except env.BadSetting as error:
        raise Failed(str(error)) from None
    own = os.environ.get("COP_COUNTRY", "").upper()
    if own and ground(reference_root()).places.help_area(own) is None:
        raise Failed(f"COP_COUNTRY is {own!r}, which is no country or area; write an ISO alpha-3 code such as CRI")


def check_migrated() -> None:
    """Raises Failed where the database lacks migrations of this release, or has some that this release does not know."""
    if newer := unknown_migrations():
        raise Failed(f"the database was migrated by a newer release ({newer[0]} is unknown here); install that release")
    if pending_migrations():
        raise Failed("the database is not migrated to this release; run cop migrate")


def pending_migrations() -> list[tuple[Any, bool]]:
    """Migrations of this release that the database lacks, in order, as the executor takes them."""
    executor = _executor(None)
    plan: list[tuple[Any, bool]] = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return plan


def unknown_migrations() -> list[str]:
    """Migrations that the database has and this release does not know: app.name."""
    loader = _executor(None).loader
    return sorted(f"{app}.{name}" for app, name in loader.applied_migrations if (app, name) not in loader.disk_migrations)


def applied_migrations() -> list[str]:
    """Migrations that the database has: app.name, ordered."""
    return sorted(f"{app}.{name}" for app, name in _executor(None).loader.applied_migrations)


def migrate(say: Say) -> int:
    """Bring the database to this release, telling each step; answers how many migrations were done. Raises Failed."""
    if newer := unknown_migrations():
        raise Failed(f"the database was migrated by a newer release ({newer[0]} is unknown here); install that release")
    plan = pending_migrations()
    done = 0

    def progress(action: str, migration: Any = None, _fake: bool = False) -> None:
        nonlocal done
        if action == "apply_success":
            done += 1
            say(f"migrated {migration.app_label} {migration.name} ({done} of {len(plan)})")

    if plan:
        executor = _executor(progress)
        state = executor.migrate(executor.loader.graph.leaf_nodes(), plan)
        _after(plan, state)
    return len(plan)


def _after(plan: list[tuple[Any, bool]], state: Any) -> None:
    """What Django itself does after migrations: rows of content types and permissions."""
    state.clear_delayed_apps_cache()
    connection: Any = import_module("django.db").connection
    sql: Any = import_module("django.core.management.sql")
    sql.emit_post_migrate_signal(0, False, connection.alias, apps=state.apps, plan=plan)


def _executor(progress: Callable[..., None] | None) -> Any:
    connection: Any = import_module("django.db").connection
    return import_module("django.db.migrations.executor").MigrationExecutor(connection, progress)
