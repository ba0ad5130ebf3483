"""A small world in which every route of the API has something to find.

Alice owns the project; Mona manages it, Bob transcribes, Rita reads, Carol is a stranger and
Ines administers the instance. Everything that belongs to the project carries `MARK`, so that a
test can say of any answer whether something of it leaked.
"""

from __future__ import annotations

import hashlib
import io
import uuid
from dataclasses import dataclass
from typing import Any

import PIL.Image
from django.utils import timezone

from armarius import models
from armarius.models import Role, User
from armarius.ops import (
    accounts,
    exporting,
    handouts,
    invitations,
    model_files,
    teams,
    trees,
    uploading,
)
from armarius.page import Line, Page, Region

MARK = "MARK-7f3a"
PEOPLE = ("anonymous", "stranger", "reader", "transcriber", "manager", "owner", "administrator")


@dataclass
class World:
    """The rows, and a token for each person (None for nobody)."""

    people: dict[str, User]
    tokens: dict[str, str | None]
    project: models.Project
    document: models.Document
    page: models.Page
    layer: models.Transcription
    line: models.Line
    snapshot: models.PageSnapshot
    comment: models.LineComment
    annotation: models.Annotation
    job: models.Job
    model: models.AtrModel
    token: models.ApiToken
    tag: models.Tag
    former: models.FormerImage
    model_share: models.ModelShare
    replacement: models.Replacement
    team: models.Team
    share: models.DocumentShare
    invitation: models.Invitation
    session: models.BrowserSession
    handout: models.Handout
    own_tag: models.ProjectTag

    def ids(self) -> dict[str, Any]:
        """A value for each parameter that stands in a path."""
        return {
            "project_id": self.project.pk,
            "document_id": self.document.pk,
            "page_id": self.page.pk,
            "layer_id": self.layer.pk,
            "line_id": self.line.pk,
            "snapshot_id": self.snapshot.pk,
            "comment_id": self.comment.pk,
            "annotation_id": self.annotation.pk,
            "taxonomy_id": self.annotation.taxonomy_id,
            "type_id": models.OntologyType.objects.get(project=self.project, kind="region").pk,
            "job_id": self.job.pk,
            "model_id": self.model.pk,
            "token_id": self.token.pk,
            "tag_id": self.tag.pk,
            "own_tag_id": self.own_tag.pk,
            "model_share_id": self.model_share.pk,
            "replacement_id": self.replacement.pk,
            "team_id": self.team.pk,
            "invitation_id": self.invitation.pk,
            "session_id": self.session.pk,
            "handout_id": self.handout.pk,
            "share_id": self.share.pk,
            "user_id": self.people["reader"].pk,
        }

    def upload(self, person: str, *, complete: bool = True) -> models.Upload:
        """An upload of this person, with its bytes on the disk."""
        content = picture()
        upload = models.Upload.objects.create(
            owner=self.people.get(person, self.people["owner"]),
            name="f2r.png",
            size=len(content),
            offset=len(content) if complete else 0,
            completed_at=timezone.now() if complete else None,
        )
        uploading.folder().mkdir(parents=True, exist_ok=True)
        if complete:
            uploading.path(upload).write_bytes(content)
        return upload


def picture() -> bytes:
    """A small page image."""
    file = io.BytesIO()
    PIL.Image.new("L", (64, 64), 255).save(file, "PNG")
    return file.getvalue()


def build() -> World:
    """Make the world."""
    people = {
        name: accounts.create_user(f"{name}-{uuid.uuid4().hex[:6]}")
        for name in ("stranger", "reader", "transcriber", "manager", "owner")
    }
    people["administrator"] = accounts.create_user("chief", is_superuser=True)
    tokens: dict[str, str | None] = {"anonymous": None}
    tokens |= {name: accounts.create_token(user, "test")[1] for name, user in people.items()}
    project = models.Project.objects.create(name=f"{MARK} project")
    for role in Role:
        models.Membership.objects.create(project=project, user=people[role.value], role=role)
    document = models.Document.objects.create(project=project, name=f"{MARK} document")
    image = models.Image.objects.create(
        sha256="a" * 64, size=1, format="jpeg", width=2000, height=3000
    )
    page = models.Page.objects.create(
        document=document, position=0, name=f"{MARK} f1r.jpg", image=image
    )
    layer = models.Transcription.objects.create(document=document, name=f"{MARK} layer")
    owner = people["owner"]
    lines = tuple(Line(f"l{i}", ((0, i), (9, i)), text=f"{MARK} text") for i in range(3))
    tree = Page("f1r.jpg", 2000, 3000, (Region("r", type=f"{MARK}Zone", lines=lines),))
    trees.save_layout(page, tree, by=owner, reason=f"{MARK} import")
    trees.save_texts(page, tree, layer, by=owner, source="import")
    trees.save_layout(page, tree, by=owner, reason=f"{MARK} again", same_lines=True)
    line = models.Line.objects.filter(page=page).order_by("position")[0]
    job = _job(project, document, page, owner)
    model = _model(project, owner)
    token = models.ApiToken.objects.get(user=owner)
    snapshot = models.PageSnapshot.objects.get(page=page)
    team = teams.create(f"{MARK} team", by=owner)
    teams.add(team, people["transcriber"], by=owner)
    models.Membership.objects.create(project=project, team=team, role=Role.READER)
    share = models.DocumentShare.objects.create(document=document, team=team, role=Role.READER)
    tag = models.Tag.objects.create(project=project, name=f"{MARK} tag")
    document.tags.add(tag)
    page.tags.add(tag)
    former = _former(page)
    other = models.Project.objects.create(name="elsewhere")
    model_share = models.ModelShare.objects.create(model=model, project=other)
    owner.may_invite = True
    owner.save()
    to = invitations.To(project=project, role=Role.READER)
    invitation, _ = invitations.invite(to, name=f"{MARK} guest", by=owner)
    session = models.BrowserSession.objects.create(user=owner, key="k", agent=f"{MARK} browser")
    replacement = models.Replacement.objects.create(
        project=project, author=owner, asked={"find": MARK}
    )
    comment = models.LineComment.objects.create(line=line, author=owner, text=f"{MARK} said")
    taxonomy = models.Taxonomy.objects.create(
        project=project, name=f"{MARK} seal", marker="rectangle", colour="#0072b2"
    )
    annotation = models.Annotation.objects.create(
        page=page, taxonomy=taxonomy, polygon=[[0, 0], [9, 0], [9, 9]], author=owner
    )
    return World(
        people, tokens, project, document, page, layer, line, snapshot, comment, annotation,
        job, model, token,
        tag, former, model_share, replacement, team, share, invitation, session,
        _handout(layer, owner), _own_tag(project, owner),
    )  # fmt: skip


def _handout(layer: models.Transcription, owner: User) -> models.Handout:
    choice = exporting.choose(layer.document, "alto", layer_id=layer.pk)
    asked = {"format": "alto", "images": False}
    return handouts.keep(choice, asked, all_pages=True, by=owner)


def _own_tag(project: models.Project, owner: User) -> models.ProjectTag:
    tag = models.ProjectTag.objects.create(user=owner, name=f"{MARK} own tag")
    models.TaggedProject.objects.create(project=project, tag=tag)
    return tag


def _former(page: models.Page) -> models.FormerImage:
    image = models.Image.objects.create(
        sha256="b" * 64, size=1, format="jpeg", width=2000, height=3000
    )
    return models.FormerImage.objects.create(page=page, image=image)


def _job(
    project: models.Project, document: models.Document, page: models.Page, owner: User
) -> models.Job:
    job = models.Job.objects.create(
        kind="transcribe", project=project, document=document, owner=owner,
        title=f"{MARK} job", lane="cpu", items_total=1,
    )  # fmt: skip
    batch = models.Batch.objects.create(job=job, number=0)
    models.JobItem.objects.create(
        job=job, batch=batch, position=0, name=f"{MARK} item", page=page
    )
    return job


def _model(project: models.Project, owner: User) -> models.AtrModel:
    content = f"{MARK} model".encode()
    sha256 = hashlib.sha256(content).hexdigest()
    model = models.AtrModel.objects.create(
        project=project, owner=owner, name=f"{MARK} model", kind="recognition", engine="echo",
        sha256=sha256, size=len(content), file_name="m.safetensors",
    )  # fmt: skip
    place = model_files.place(sha256)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    return model
