"""Stored things, one module per noun. Rules that need a second row live in `ops`."""

from __future__ import annotations

from armarius.models.access import DocumentAccess, ProjectAccess
from armarius.models.accounts import (
    ApiToken,
    BrowserSession,
    LoginAttempt,
    LoginLink,
    User,
)
from armarius.models.annotations import Annotation, Taxonomy
from armarius.models.comments import LineComment
from armarius.models.delivery import Event, Handout, IdempotencyKey, Upload
from armarius.models.invitations import Invitation
from armarius.models.jobs import Attempt, Batch, Job, JobItem
from armarius.models.notices import Letter, Notice
from armarius.models.ontology import OntologyType
from armarius.models.pages import FormerImage, Image, Page, PageSnapshot
from armarius.models.projects import (
    Document,
    DocumentShare,
    Membership,
    Project,
    ProjectTag,
    Role,
    Tag,
    TaggedProject,
)
from armarius.models.recognition import AtrModel, ModelShare
from armarius.models.teams import Team, TeamMember
from armarius.models.transcription import Line, LineText, LineTextVersion, Region, Transcription
from armarius.models.welcome import Welcome
from armarius.models.writing import Preferences, Replacement, Writing

__all__ = [
    "Annotation",
    "ApiToken",
    "AtrModel",
    "Attempt",
    "Batch",
    "BrowserSession",
    "Document",
    "DocumentAccess",
    "DocumentShare",
    "Event",
    "FormerImage",
    "Handout",
    "IdempotencyKey",
    "Image",
    "Invitation",
    "Job",
    "JobItem",
    "Letter",
    "Line",
    "LineComment",
    "LineText",
    "LineTextVersion",
    "LoginAttempt",
    "LoginLink",
    "Membership",
    "ModelShare",
    "Notice",
    "OntologyType",
    "Page",
    "PageSnapshot",
    "Preferences",
    "Project",
    "ProjectAccess",
    "ProjectTag",
    "Region",
    "Replacement",
    "Role",
    "Tag",
    "TaggedProject",
    "Taxonomy",
    "Team",
    "TeamMember",
    "Transcription",
    "Upload",
    "User",
    "Welcome",
    "Writing",
]
