"""The audit trail, whose rows the database itself keeps from being changed or deleted; the outbox."""

from django.db import migrations, models

_SQLITE = [
    f"CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON ground_auditentry "
    "BEGIN SELECT RAISE(ABORT, 'entries of the audit trail are never changed or deleted'); END"
    for verb in ("UPDATE", "DELETE")
]
_POSTGRESQL = [
    "CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'entries of the audit trail are never changed or deleted'; END $$",
    "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON ground_auditentry "
    "FOR EACH ROW EXECUTE FUNCTION audit_append_only()",
]


def keep(_apps, schema_editor):
    """The triggers that refuse a change even to a hand at the database's own prompt."""
    for statement in _POSTGRESQL if schema_editor.connection.vendor == "postgresql" else _SQLITE:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(db_index=True, max_length=200)),
                ("verb", models.CharField(max_length=200)),
                ("thing", models.CharField(db_index=True, max_length=200)),
                ("details", models.TextField()),
                ("previous", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="AuditHead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.BigIntegerField()),
                ("digest", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="Mail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=200, unique=True)),
                ("kind", models.CharField(max_length=60)),
                ("to", models.CharField(max_length=254)),
                ("subject", models.CharField(max_length=300)),
                ("body", models.TextField()),
                ("message_id", models.CharField(max_length=120, unique=True)),
                ("state", models.CharField(default="pending", max_length=12)),
                ("tries", models.PositiveIntegerField(default=0)),
                ("posted_at", models.DateTimeField()),
                ("next_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("problem", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "indexes": [models.Index(fields=["state", "next_at"], name="mails_due")],
            },
        ),
        migrations.RunPython(keep, migrations.RunPython.noop),
    ]
