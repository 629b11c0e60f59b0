"""Releases, and the rule in the database itself that what was published is never changed."""

from typing import Any, ClassVar

import django.db.models.deletion
from django.db import migrations, models

KEPT = {
    "observatory_release": ("id", "round_id", "number", "published_at", "embargo_until", "header", "inputs", "checksum"),
    "observatory_releasecountry": ("release_id", "iso3", "content"),
}


def keep(_apps: Any, schema_editor: Any) -> None:
    """Triggers that refuse to change or remove what was published, on either engine."""
    for table, columns in KEPT.items():
        listed = ", ".join(columns)
        if schema_editor.connection.vendor == "sqlite":
            for name, what in ((f"{table}_kept", f"UPDATE OF {listed}"), (f"{table}_stays", "DELETE")):
                schema_editor.execute(
                    f"CREATE TRIGGER {name} BEFORE {what} ON {table} "
                    "BEGIN SELECT RAISE(ABORT, 'a published release is never changed'); END"
                )
            continue
        schema_editor.execute(
            f"CREATE FUNCTION {table}_kept() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'a published release is never changed'; END $$"
        )
        schema_editor.execute(
            f"CREATE TRIGGER {table}_kept BEFORE DELETE OR UPDATE OF {listed} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_kept()"
        )


def loosen(_apps: Any, schema_editor: Any) -> None:
    for table in KEPT:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER {table}_kept")
            schema_editor.execute(f"DROP TRIGGER {table}_stays")
        else:
            schema_editor.execute(f"DROP TRIGGER {table}_kept ON {table}")
            schema_editor.execute(f"DROP FUNCTION {table}_kept()")


class Migration(migrations.Migration):
    dependencies: ClassVar = [("observatory", "0001_initial")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Release",
            fields=[
                ("id", models.CharField(max_length=100, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField()),
                ("published_at", models.DateTimeField()),
                ("embargo_until", models.DateTimeField(null=True)),
                ("checksum", models.CharField(max_length=64)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_why", models.TextField(default="")),
                (
                    "round",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="releases", to="observatory.round"),
                ),
                ("header", models.TextField()),
                ("inputs", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="ReleaseCountry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("iso3", models.CharField(max_length=3)),
                ("content", models.TextField()),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="countries", to="observatory.release"
                    ),
                ),
            ],
        ),
        migrations.AddIndex("release", models.Index(fields=["published_at"], name="observatory_publish_b4115f_idx")),
        migrations.AddConstraint("release", models.UniqueConstraint(fields=("round", "number"), name="one_release_of_a_number")),
        migrations.AddConstraint(
            "releasecountry", models.UniqueConstraint(fields=("release", "iso3"), name="a_country_once_a_release")
        ),
        migrations.RunPython(keep, loosen),
    ]
