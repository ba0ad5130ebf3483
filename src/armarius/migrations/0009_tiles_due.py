from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("armarius", "0008_documents_layers_models"),
    ]

    operations = [
        migrations.AddField(
            model_name="image",
            name="tile_tries",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="image",
            index=models.Index(
                condition=models.Q(("tile_tries__isnull", False)),
                fields=["id"],
                name="tiles_due",
            ),
        ),
    ]
