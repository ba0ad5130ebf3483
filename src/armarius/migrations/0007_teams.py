import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


# A condition on the person reaches into each branch, so that only their own rows are read.
VIEWS = """
CREATE VIEW armarius_documentaccess AS
SELECT document_id, user_id,
    max(array_position(ARRAY['reader', 'transcriber', 'manager'], role::text))::smallint AS rank
FROM (
    SELECT document_id, user_id, role FROM armarius_documentshare WHERE user_id IS NOT NULL
    UNION ALL
    SELECT share.document_id, member.user_id, share.role FROM armarius_documentshare AS share
    JOIN armarius_teammember AS member ON member.team_id = share.team_id
) AS shared GROUP BY document_id, user_id;

CREATE VIEW armarius_projectaccess AS
SELECT project_id, user_id, coalesce(
    max(array_position(ARRAY['reader', 'transcriber', 'manager', 'owner'], role::text)), 0
)::smallint AS rank
FROM (
    SELECT project_id, user_id, role FROM armarius_membership WHERE user_id IS NOT NULL
    UNION ALL
    SELECT share.project_id, member.user_id, share.role FROM armarius_membership AS share
    JOIN armarius_teammember AS member ON member.team_id = share.team_id
    UNION ALL
    SELECT document.project_id, access.user_id, NULL FROM armarius_documentaccess AS access
    JOIN armarius_document AS document ON document.id = access.document_id
    WHERE document.deleted_at IS NULL
) AS shared GROUP BY project_id, user_id;
"""


class Migration(migrations.Migration):

    dependencies = [
        ("armarius", "0006_masks_are_jobs"),
    ]

    operations = [
        migrations.CreateModel(
            name='TeamMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.AlterField(
            model_name='membership',
            name='user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL),
        ),
        migrations.CreateModel(
            name='Team',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='own_teams', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='DocumentShare',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('reader', 'Reader'), ('transcriber', 'Transcriber'), ('manager', 'Manager'), ('owner', 'Owner')], max_length=16)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shares', to='armarius.document')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='armarius.team')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.AddField(
            model_name='membership',
            name='team',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='armarius.team'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(fields=('project', 'team'), name='one_role_per_team'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('user', None), ('team', None), _connector='XOR'), name='member_is_person_or_team'),
        ),
        migrations.AddField(
            model_name='teammember',
            name='team',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='armarius.team'),
        ),
        migrations.AddField(
            model_name='teammember',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='team',
            name='people',
            field=models.ManyToManyField(related_name='teams', through='armarius.TeamMember', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='documentshare',
            constraint=models.UniqueConstraint(fields=('document', 'user'), name='one_role_per_document'),
        ),
        migrations.AddConstraint(
            model_name='documentshare',
            constraint=models.UniqueConstraint(fields=('document', 'team'), name='one_role_per_document_and_team'),
        ),
        migrations.AddConstraint(
            model_name='documentshare',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['reader', 'transcriber', 'manager'])), name='share_has_a_role_of_documents'),
        ),
        migrations.AddConstraint(
            model_name='documentshare',
            constraint=models.CheckConstraint(condition=models.Q(('user', None), ('team', None), _connector='XOR'), name='share_is_with_person_or_team'),
        ),
        migrations.AddConstraint(
            model_name='teammember',
            constraint=models.UniqueConstraint(fields=('team', 'user'), name='once_in_a_team'),
        ),
        migrations.RunSQL(VIEWS, 'DROP VIEW armarius_projectaccess; DROP VIEW armarius_documentaccess;'),
        migrations.CreateModel(
            name='DocumentAccess',
            fields=[
                ('pk', models.CompositePrimaryKey('document_id', 'user_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='armarius.document')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('rank', models.SmallIntegerField()),
            ],
            options={
                'db_table': 'armarius_documentaccess',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='ProjectAccess',
            fields=[
                ('pk', models.CompositePrimaryKey('project_id', 'user_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='accesses', to='armarius.project')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('rank', models.SmallIntegerField()),
            ],
            options={
                'db_table': 'armarius_projectaccess',
                'managed': False,
            },
        ),
    ]
