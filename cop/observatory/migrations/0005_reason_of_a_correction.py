"""The public reason of a correction, kept apart from why a response was sent back."""

from typing import Any, ClassVar

from django.db import migrations, models
from django.db.models import F


def keep_reasons(apps: Any, _schema_editor: Any) -> None:
    """Responses that are open for a correction keep the reason that was given."""
    rows = apps.get_model("observatory", "Participation").objects
    rows.filter(state="returned").exclude(signoffs=None).update(correcting=F("reason"))


class Migration(migrations.Migration):
    dependencies: ClassVar = [("observatory", "0004_version_maps")]
    operations: ClassVar = [
        migrations.AddField("participation", "correcting", models.TextField(blank=True, default=""), preserve_default=False),
        migrations.RunPython(keep_reasons, migrations.RunPython.noop),
    ]
