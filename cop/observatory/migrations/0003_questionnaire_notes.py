"""What lists of questionnaires show, and what reading a form of another tool said, beside the content itself."""

import json
from typing import Any, ClassVar

from django.db import migrations, models


def fill_titles(apps: Any, _schema_editor: Any) -> None:
    """The titles of questionnaires that are kept already."""
    for row in apps.get_model("observatory", "QuestionnaireVersion").objects.all():
        row.title = json.loads(row.content).get("title", {})
        row.save(update_fields=["title"])


class Migration(migrations.Migration):
    dependencies: ClassVar = [("observatory", "0002_releases")]
    operations: ClassVar = [
        migrations.AddField("questionnaireversion", "title", models.JSONField(default=dict)),
        migrations.AddField("questionnaireversion", "not_carried", models.JSONField(default=list)),
        migrations.AddField("questionnaireversion", "untranslated", models.JSONField(default=list)),
        migrations.RunPython(fill_titles, migrations.RunPython.noop),
    ]
