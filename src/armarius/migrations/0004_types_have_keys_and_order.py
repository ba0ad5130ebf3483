import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("armarius", "0003_words_of_texts"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="ontologytype",
            options={"ordering": ["kind", "position", "name", "id"]},
        ),
        migrations.RemoveConstraint(
            model_name="ontologytype",
            name="type_once_per_project",
        ),
        migrations.AddField(
            model_name="ontologytype",
            name="deleted_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="ontologytype",
            name="key",
            field=models.CharField(blank=True, default="", max_length=1),
        ),
        migrations.AddField(
            model_name="ontologytype",
            name="moved",
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="ontologytype",
            name="position",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="ontologytype",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="page",
            name="comment",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="page",
            name="metadata",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="page",
            name="type",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                to="armarius.ontologytype",
            ),
        ),
        migrations.AlterField(
            model_name="ontologytype",
            name="kind",
            field=models.CharField(
                choices=[("region", "Region"), ("line", "Line"), ("page", "Page")], max_length=8
            ),
        ),
        migrations.AddConstraint(
            model_name="ontologytype",
            constraint=models.UniqueConstraint(
                condition=models.Q(("deleted_at", None)),
                fields=("project", "kind", "name"),
                name="type_once_per_project",
            ),
        ),
        migrations.AddConstraint(
            model_name="ontologytype",
            constraint=models.UniqueConstraint(
                condition=models.Q(("deleted_at", None), models.Q(("key", ""), _negated=True)),
                fields=("project", "kind", "key"),
                name="type_key_once_per_project",
            ),
        ),
    ]
