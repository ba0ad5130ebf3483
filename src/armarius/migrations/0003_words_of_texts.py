from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("armarius", "0002_text_checked"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="linetext",
            index=GinIndex(SearchVector("content", config="simple"), name="words_of_texts"),
        ),
    ]
