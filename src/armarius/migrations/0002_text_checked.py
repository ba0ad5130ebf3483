from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("armarius", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="linetext",
            name="checked",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
