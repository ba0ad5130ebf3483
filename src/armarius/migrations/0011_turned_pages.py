import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("armarius", "0010_flags_and_comments"),
    ]

    operations = [
        migrations.AddField(
            model_name="formerimage",
            name="snapshot",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="former_images",
                to="armarius.pagesnapshot",
            ),
        ),
        migrations.AlterField(
            model_name="job",
            name="kind",
            field=models.CharField(
                choices=[
                    ("import", "Import"),
                    ("segment", "Segment"),
                    ("masks", "Masks"),
                    ("turn", "Turn"),
                    ("transcribe", "Transcribe"),
                    ("export", "Export"),
                ],
                max_length=16,
            ),
        ),
    ]
