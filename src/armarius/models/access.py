"""What each person may do in a project or a document, as two views of the database compute it.

A person may be in a project by themselves and by several teams: the highest role counts. Who
has only a document of a project is a guest there, with rank 0.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models

from armarius.models.projects import Document, Project


class ProjectAccess(models.Model):
    """The rank of a person in a project: 0 guest, 1 reader, 2 transcriber, 3 manager, 4 owner."""

    pk = models.CompositePrimaryKey("project_id", "user_id")
    project = models.ForeignKey(Project, models.DO_NOTHING, related_name="accesses")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.DO_NOTHING, related_name="+")
    rank = models.SmallIntegerField()

    class Meta:
        managed = False
        db_table = "armarius_projectaccess"

    def __str__(self) -> str:
        return f"{self.user_id} has rank {self.rank} in {self.project_id}"


class DocumentAccess(models.Model):
    """The rank of a person to whom this document was shared by itself."""

    pk = models.CompositePrimaryKey("document_id", "user_id")
    document = models.ForeignKey(Document, models.DO_NOTHING, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.DO_NOTHING, related_name="+")
    rank = models.SmallIntegerField()

    class Meta:
        managed = False
        db_table = "armarius_documentaccess"

    def __str__(self) -> str:
        return f"{self.user_id} has rank {self.rank} in document {self.document_id}"
