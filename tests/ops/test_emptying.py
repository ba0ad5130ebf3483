"""What was deleted long ago is removed for good, with its files; what may come back is not."""

from __future__ import annotations

import io
import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from armarius.errors import NotFound
from armarius.images import store
from armarius.models import (
    AtrModel,
    Document,
    FormerImage,
    Image,
    Job,
    Line,
    LineText,
    LineTextVersion,
    Page,
    PageSnapshot,
    Project,
    Transcription,
)
from armarius.ops import (
    documents,
    emptying,
    model_cards,
    model_files,
    ordering,
    page_images,
    sharing,
    snapshots,
    trees,
)
from armarius.sample import MODEL
from tests.scans import scan


@pytest.fixture(autouse=True)
def _own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("ARMARIUS_HOME", str(tmp_path / "home"))


@pytest.fixture
def leaf(codex, tree, layer, alice):
    """Make a page with a real image, lines and texts; its rows are old."""

    def make(seed):
        image = store.add(io.BytesIO(scan(seed)), "f.jpg")
        at = Page.objects.filter(document=codex).count()
        page = Page.objects.create(document=codex, position=at, name=f"{seed}.jpg", image=image)
        trees.save_layout(page, tree, by=alice, reason="drawn")
        trees.save_texts(page, tree, layer, by=alice, source="import")
        return page

    return make


def age():
    """Let everything be older than the bin keeps it."""
    long_ago = timezone.now() - timedelta(days=31)
    Image.objects.update(created_at=long_ago)
    FormerImage.objects.update(replaced_at=long_ago)
    for kind in (
        Project.objects,
        Document.objects,
        Page.everything,
        Transcription.everything,
        AtrModel.objects,
    ):
        kind.exclude(deleted_at=None).update(deleted_at=long_ago)


def is_there(image):
    return store.original(image.sha256).exists()


@pytest.mark.django_db
def test_a_page_goes_for_good_only_after_its_days(codex, leaf):
    stays, goes = leaf(1), leaf(2)
    ordering.remove(codex, [goes.pk])

    emptying.empty()
    assert Page.everything.count() == 2
    age()
    emptying.empty()

    assert list(Page.everything.all()) == [stays]
    assert (is_there(stays.image), is_there(goes.image)) == (True, False)
    assert list(store.pyramid_path(goes.image.sha256).parent.glob("*")) == []
    assert not Image.objects.filter(pk=goes.image_id).exists()
    assert set(Line.everything.values_list("page", flat=True)) == {stays.pk}
    with pytest.raises(NotFound):
        ordering.bring_back(codex, [goes.pk])


@pytest.mark.django_db
def test_nothing_goes_where_the_settings_say_for_ever(codex, leaf, monkeypatch):
    monkeypatch.setenv("ARMARIUS_BIN_DAYS", "0")
    page = leaf(1)
    ordering.remove(codex, [page.pk])
    age()

    emptying.empty()

    assert is_there(page.image)
    ordering.bring_back(codex, [page.pk])
    assert Page.objects.get() == page


@pytest.mark.django_db
def test_an_image_stays_as_long_as_any_page_has_it(codex, project, leaf):
    one, other = leaf(1), Document.objects.create(project=project, name="Copy")
    same = Page.objects.create(document=other, position=0, name="same.jpg", image=one.image)
    ordering.remove(codex, [one.pk])
    ordering.remove(other, [same.pk])
    age()
    Page.everything.filter(pk=same.pk).update(deleted_at=timezone.now())

    emptying.empty()

    assert is_there(one.image)
    ordering.bring_back(other, [same.pk])
    assert Page.objects.get().image == one.image


@pytest.mark.django_db
def test_documents_layers_and_projects_go_with_all_that_is_in_them(
    codex, project, leaf, alice, layer
):
    page = leaf(1)
    removed = Transcription.objects.create(document=codex, name="old")
    text = LineText.objects.create(
        transcription=removed, line=Line.objects.filter(page=page)[0], content="x"
    )
    LineTextVersion.objects.create(text=text, version=1, content="x", source="import")
    Transcription.objects.filter(pk=removed.pk).update(deleted_at=timezone.now())
    age()
    emptying.empty()
    assert list(Transcription.everything.all()) == [layer]
    assert not LineText.objects.filter(pk=text.pk).exists()
    assert LineText.objects.filter(transcription=layer).exists()

    Job.objects.create(
        kind="segment", project=project, document=codex, owner=alice, title="x", lane="cpu"
    )
    documents.remove(codex, by=alice)
    age()
    emptying.empty()
    assert not Document.objects.exists()
    assert not is_there(page.image)

    Project.objects.update(deleted_at=timezone.now())
    age()
    emptying.empty()
    assert not Project.objects.exists()


@pytest.mark.django_db
def test_a_project_stays_while_others_use_its_models(codex, project, leaf):
    page = leaf(1)
    model = AtrModel.objects.create(project=project, name="m", kind="recognition", public=True)
    Project.objects.update(deleted_at=timezone.now())
    age()

    emptying.empty()
    assert is_there(page.image)
    AtrModel.objects.filter(pk=model.pk).update(public=False)
    emptying.empty()
    assert not Project.objects.exists()


def has_file(model):
    return model_files.place(model.sha256).exists()


@pytest.mark.django_db
def test_the_file_of_a_deleted_model_goes_after_its_days_and_its_name_stays(project, alice):
    model = model_files.add(MODEL, "m.safetensors", "Old hand", project=project, by=alice)
    model_cards.remove(model, by=alice)
    emptying.empty()
    assert has_file(model)
    assert model_cards.bring_back(model.pk, by=alice) == model

    model_cards.remove(model, by=alice)
    age()
    emptying.empty()

    assert not has_file(model)
    assert AtrModel.objects.get().name == "Old hand"
    assert not sharing.visible_models(alice, removed=True).exists()
    with pytest.raises(NotFound, match="Upload it again"):
        model_cards.bring_back(model.pk, by=alice)
    again = model_files.add(MODEL, "m.safetensors", "New hand", project=project, by=alice)
    emptying.empty()
    assert has_file(again)


@pytest.mark.django_db
def test_the_files_of_a_projects_models_go_with_it_unless_others_have_them(project, alice):
    model = model_files.add(MODEL, "m.safetensors", "m", project=project, by=alice)
    ours = model_files.add(MODEL, "m.safetensors", "m", project=None, by=None)
    Project.objects.update(deleted_at=timezone.now())
    age()

    emptying.empty()
    assert list(AtrModel.objects.all()) == [ours]
    assert has_file(ours)

    AtrModel.objects.update(project=Project.objects.create(name="Last"))
    Project.objects.update(deleted_at=timezone.now())
    age()
    emptying.empty()
    assert not has_file(model)


@pytest.mark.django_db
def test_a_former_image_goes_with_the_snapshots_that_stand_on_it(leaf, alice, tmp_path):
    page = leaf(1)
    first = page.image
    file = tmp_path / "new.jpg"
    file.write_bytes(scan(9, 120, 160))
    page_images.replace(page, file, "new.jpg", anyway=False, by=alice)
    page.refresh_from_db()
    with transaction.atomic():
        snapshots.lock(page)
        present = snapshots.take(page, "now", by=alice)
    assert PageSnapshot.objects.filter(tree__page__image_id=first.pk).exists()

    emptying.empty()
    assert FormerImage.objects.filter(image=first).exists()
    age()
    emptying.empty()

    assert not FormerImage.objects.exists()
    assert list(PageSnapshot.objects.filter(page=page)) == [present]
    assert (is_there(first), is_there(page.image)) == (False, True)
    assert present is not None
    snapshots.restore(present, by=alice)
    assert Page.objects.get().image == page.image


@pytest.mark.django_db
def test_an_image_that_was_just_added_again_is_not_taken_for_forgotten(db):
    image = store.add(io.BytesIO(scan(1)), "f.jpg")
    age()
    assert store.add(io.BytesIO(scan(1)), "f.jpg") == image  # its page comes a moment later

    emptying.empty()

    assert is_there(image)


@pytest.mark.django_db(transaction=True)
def test_an_image_added_while_it_is_being_removed_is_there_afterwards():
    old = store.add(io.BytesIO(scan(1)), "f.jpg")
    added = []

    def add():
        try:
            added.append(store.add(io.BytesIO(scan(1)), "f.jpg"))
        finally:
            connection.close()

    adding = threading.Thread(target=add)
    with transaction.atomic():
        Image.objects.select_for_update().get(pk=old.pk)
        Image.objects.filter(pk=old.pk).delete()
        adding.start()
        while adding.is_alive() and not waits():
            time.sleep(0.01)
        store.remove(old.sha256)
    adding.join()

    assert Image.objects.get() == added[0]
    assert added[0].pk != old.pk
    assert is_there(added[0])


def waits():
    """Whether another transaction waits for a row of ours."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])
