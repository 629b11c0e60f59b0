"""Version maps of questionnaires: which question of an earlier version each question continues."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("observatory", "0003_questionnaire_notes")]
    operations: ClassVar = [migrations.AddField("questionnaireversion", "follows", models.JSONField(default=dict))]
