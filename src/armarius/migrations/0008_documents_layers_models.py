import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("armarius", "0007_teams"),
    ]

    operations = [
        migrations.CreateModel(
            name="FormerImage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("replaced_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["-replaced_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Handout",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("query", models.CharField(max_length=120000)),
                ("about", models.CharField(max_length=300)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["-created_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="ModelShare",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Tag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100)),
                ("colour", models.CharField(default="#0072b2", max_length=7)),
            ],
            options={
                "ordering": ["name", "id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="transcription",
            name="layer_name_once",
        ),
        migrations.AddField(
            model_name="atrmodel",
            name="card",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="atrmodel",
            name="public",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="document",
            name="archived_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="document",
            name="line_position",
            field=models.CharField(choices=[("baseline", "Baseline"), ("topline", "Topline"), ("centre", "Centre")], default="baseline", max_length=16),
        ),
        migrations.AddField(
            model_name="document",
            name="script",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="page",
            name="removed_from",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="project",
            name="guidelines",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="transcription",
            name="comment",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="transcription",
            name="deleted_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="transcription",
            constraint=models.UniqueConstraint(condition=models.Q(("deleted_at", None)), fields=("document", "name"), name="layer_name_once"),
        ),
        migrations.AddField(
            model_name="formerimage",
            name="by",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name="formerimage",
            name="image",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="armarius.image"),
        ),
        migrations.AddField(
            model_name="formerimage",
            name="page",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="former_images", to="armarius.page"),
        ),
        migrations.AddField(
            model_name="handout",
            name="document",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="handouts", to="armarius.document"),
        ),
        migrations.AddField(
            model_name="handout",
            name="user",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name="modelshare",
            name="model",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="shares", to="armarius.atrmodel"),
        ),
        migrations.AddField(
            model_name="modelshare",
            name="project",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="armarius.project"),
        ),
        migrations.AddField(
            model_name="modelshare",
            name="team",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="armarius.team"),
        ),
        migrations.AddField(
            model_name="modelshare",
            name="user",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name="tag",
            name="project",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="tags", to="armarius.project"),
        ),
        migrations.AddField(
            model_name="document",
            name="tags",
            field=models.ManyToManyField(blank=True, related_name="documents", to="armarius.tag"),
        ),
        migrations.AddField(
            model_name="page",
            name="tags",
            field=models.ManyToManyField(blank=True, related_name="pages", to="armarius.tag"),
        ),
        migrations.AddConstraint(
            model_name="modelshare",
            constraint=models.UniqueConstraint(fields=("model", "project"), name="model_once_per_project"),
        ),
        migrations.AddConstraint(
            model_name="modelshare",
            constraint=models.UniqueConstraint(fields=("model", "user"), name="model_once_per_user"),
        ),
        migrations.AddConstraint(
            model_name="modelshare",
            constraint=models.UniqueConstraint(fields=("model", "team"), name="model_once_per_team"),
        ),
        migrations.AddConstraint(
            model_name="modelshare",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("project__isnull", False), ("team", None), ("user", None)), models.Q(("project", None), ("team", None), ("user__isnull", False)), models.Q(("project", None), ("team__isnull", False), ("user", None)), _connector="OR"), name="model_share_with_one"),
        ),
        migrations.AddConstraint(
            model_name="tag",
            constraint=models.UniqueConstraint(fields=("project", "name"), name="tag_once_per_project"),
        ),
    ]
