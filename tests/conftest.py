"""The cast: Alice owns, Bob transcribes, Rita reads, Carol is a stranger, Ines administers."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

# The same examples in every run, so that a red run is about the change; HYPOTHESIS_PROFILE=default looks for new ones.
settings.register_profile("suite", deadline=None, derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


@pytest.fixture(scope="session", autouse=True)
def fast_passwords():
    """Hashing a password takes half a second on purpose; the cast has no time for it."""
    from django.test import override_settings

    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture
def alice(db):
    """Owner of the codex' project."""
    from armarius.models import User

    return User.objects.create_user("alice", password="correct horse")


@pytest.fixture
def bob(db):
    from armarius.models import User

    return User.objects.create_user("bob", password="correct horse")


@pytest.fixture
def carol(db):
    """A stranger to every project."""
    from armarius.models import User

    return User.objects.create_user("carol", password="correct horse")


@pytest.fixture
def ines(db):
    """The administrator."""
    from armarius.models import User

    return User.objects.create_superuser("ines", password="correct horse")


@pytest.fixture
def project(alice, bob):
    """Alice's project; Bob may transcribe."""
    from armarius.models import Membership, Project, Role

    project = Project.objects.create(name="Chansonniers")
    Membership.objects.create(project=project, user=alice, role=Role.OWNER)
    Membership.objects.create(project=project, user=bob, role=Role.TRANSCRIBER)
    return project


@pytest.fixture
def codex(project):
    """An empty document of the project."""
    from armarius.models import Document

    return Document.objects.create(project=project, name="Ms 3516")
