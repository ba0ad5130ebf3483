"""What each person uses of disk and computing, and how much they may use.

Nothing is counted along: use is read from the rows whenever it is asked for, so that it cannot
drift. One statement answers for one person as for all. What counts (docs/decisions/0032):

- Disk: the image files of all pages that are there, each file once, for the owner of the project
  who has been in it longest; models for their owner; uploads that are not imported yet for who
  sent them.
- Computing: seconds that attempts at one's jobs took in the last 30 days, on lanes `cpu…` and
  `gpu-…`; tries that the system itself broke off are nobody's.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from armarius import config, policy
from armarius.errors import Busy, TooLarge
from armarius.models import Job, Membership, Project, Role, Upload, User
from armarius.ops import noticing

DAYS = 30
GB, MINUTE = 1_000_000_000, 60
WARN, CALM = (
    0.9,
    0.8,
)  # told above the first, and told again only after falling below the second
# Part of editing: nobody's correcting stops in the middle of the month.
NEVER_REFUSED = (Job.Kind.MASKS, Job.Kind.TURN)

_USE = """
WITH payer AS (
    SELECT m.project_id, m.user_id FROM armarius_membership m
    JOIN armarius_project p ON p.id = m.project_id AND p.deleted_at IS NULL
    WHERE m.role = 'owner' AND m.user_id IS NOT NULL AND {m.user_id} AND NOT EXISTS (
        SELECT 1 FROM armarius_membership o WHERE o.project_id = m.project_id
        AND o.role = 'owner' AND o.user_id IS NOT NULL AND o.id < m.id)
), images AS (
    SELECT user_id, sum(size) AS bytes FROM (
        SELECT DISTINCT payer.user_id, i.id, i.size FROM payer
        JOIN armarius_document d ON d.project_id = payer.project_id AND d.deleted_at IS NULL
        JOIN armarius_page g ON g.document_id = d.id AND g.deleted_at IS NULL
        JOIN armarius_image i ON i.id = g.image_id) AS each
    GROUP BY user_id
), models AS (
    SELECT owner_id, sum(size) AS bytes FROM armarius_atrmodel
    WHERE deleted_at IS NULL AND {owner_id} GROUP BY owner_id
), uploads AS (
    SELECT owner_id, sum(size) AS bytes FROM armarius_upload WHERE {owner_id} GROUP BY owner_id
), work AS (
    SELECT owner_id, sum(s) FILTER (WHERE lane LIKE 'cpu%%') AS cpu,
        sum(s) FILTER (WHERE lane LIKE 'gpu-%%') AS gpu
    FROM (SELECT j.owner_id, j.lane, extract(epoch FROM coalesce(a.ended_at, now())
            - greatest(a.started_at, now() - make_interval(days => %(days)s))) AS s
        FROM armarius_attempt a JOIN armarius_batch b ON b.id = a.batch_id
        JOIN armarius_job j ON j.id = b.job_id
        WHERE (a.ended_at IS NULL OR a.ended_at > now() - make_interval(days => %(days)s))
        AND a.outcome NOT IN ('lost', 'interrupted', 'superseded') AND {j.owner_id}) AS spans
    GROUP BY owner_id
)
SELECT u.id, u.username, u.full_name, u.disk_gb, u.cpu_minutes, u.gpu_minutes,
    coalesce(images.bytes, 0) + coalesce(models.bytes, 0), coalesce(uploads.bytes, 0),
    coalesce(work.cpu, 0), coalesce(work.gpu, 0)
FROM armarius_user u
LEFT JOIN images ON images.user_id = u.id
LEFT JOIN models ON models.owner_id = u.id
LEFT JOIN uploads ON uploads.owner_id = u.id
LEFT JOIN work ON work.owner_id = u.id
WHERE {u.id} ORDER BY lower(u.username), u.id
"""
_PEOPLE = ("m.user_id", "owner_id", "j.owner_id", "u.id")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Share:
    """How much is used and how much may be; bytes or seconds, no limit where it is None."""

    used: int
    limit: int | None

    @property
    def part(self) -> float:
        """Used of what may be, 0 without a limit and where nothing is allowed."""
        return self.used / self.limit if self.limit else 0.0


@dataclass(frozen=True, slots=True)
class Usage:
    """What a person uses.

    Attributes:
        waiting: bytes of `disk` that are uploads, not imported yet.
    """

    user: int
    username: str
    full_name: str
    disk: Share
    waiting: int
    cpu: Share
    gpu: Share


def everybody() -> list[Usage]:
    """What each person uses, by name: one query."""
    return _use(None)


def of(user: User) -> Usage:
    """What one person uses, and may use."""
    return _use(user.pk)[0]


def server() -> Share:
    """The disk on which all data of this instance lie."""
    disk = shutil.disk_usage(config.home())
    return Share(disk.used, disk.used + disk.free)


def payer(project: Project) -> User | None:
    """For whom the images of a project count."""
    owners = Membership.objects.filter(project=project, role=Role.OWNER, user__isnull=False)
    first = owners.order_by("id").select_related("user").first()
    return first.user if first else None


def check_upload(user: User, name: str, size: int) -> None:
    """Whether `user` may send so many bytes; call it under the lock of their row.

    Raises:
        TooLarge: it would be more than they may use.
    """
    if not _limited(user, "disk_gb"):
        return
    disk = of(user).disk
    if disk.limit is not None and disk.used + size > disk.limit:
        raise TooLarge(
            f"{name[:200]} has {_size(size)}; you use {_size(disk.used)} of the "
            f"{_size(disk.limit)} that you may use. Delete what is no longer needed, or ask the "
            "administrator for more."
        )


def check_import(project: Project, uploads: Sequence[Upload], *, by: User) -> None:
    """Whether what was sent has room with the one for whom the project counts.

    Raises:
        TooLarge: it would be more than they may use; nothing has been imported.
    """
    owner = payer(project)
    if owner is None or not _limited(owner, "disk_gb"):
        return
    disk = of(owner).disk
    # One's own uploads are counted already.
    coming = 0 if owner.pk == by.pk else sum(upload.size for upload in uploads)
    if disk.limit is None or disk.used + coming <= disk.limit:
        return
    whose = "you" if owner.pk == by.pk else owner.username
    raise TooLarge(
        f"There is no room for these files: the images of “{project.name}” count for {whose}, whose limit "
        f"is {disk.limit / GB:,.0f} GB. Delete what is no longer needed, or ask the administrator for more."
    )


def check_job(user: User, kind: str, lane: str) -> None:
    """Whether `user` may have another job on this lane; call it under the lock of their row.

    Raises:
        Busy: they have used up what they may use in 30 days.
    """
    gpu = policy.size_of(lane) > 0
    field = "gpu_minutes" if gpu else "cpu_minutes"
    if lane == "io" or kind in NEVER_REFUSED or not _limited(user, field):
        return
    share = of(user).gpu if gpu else of(user).cpu
    if share.limit is not None and share.used >= share.limit:
        raise Busy(
            f"You have used {share.used // MINUTE:,} of {share.limit // MINUTE:,} minutes of "
            f"{'GPU' if gpu else 'CPU'} in the last {DAYS} days. Wait until older jobs no longer "
            "count, or ask the administrator for more."
        )


def warn() -> None:
    """Tell who has come near a limit, and administrators that the disk is nearly full: once each."""
    full = server()
    people = {user.pk: user for user in User.objects.only("is_superuser", "warned")}
    for usage in everybody():
        shares = {
            # Uploads are counted twice while they are being imported, and go by themselves.
            "disk": Share(usage.disk.used - usage.waiting, usage.disk.limit),
            "cpu": usage.cpu,
            "gpu": usage.gpu,
        }
        user = people[usage.user]
        if user.is_superuser:
            shares["server"] = full
        if _due(frozenset(user.warned), shares) != frozenset(user.warned):
            _tell(usage.user, shares)


def _due(warned: frozenset[str], shares: dict[str, Share]) -> frozenset[str]:
    """The kinds of which somebody should have been warned now."""
    return frozenset(
        kind
        for kind, share in shares.items()
        if share.part >= WARN or (kind in warned and share.part >= CALM)
    )


def _tell(user_id: int, shares: dict[str, Share]) -> None:
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user_id)  # two sweepers warn once
        warned = frozenset(user.warned)
        due = _due(warned, shares)
        for kind in sorted(due - warned):
            share = shares[kind]
            unit = GB if kind in ("disk", "server") else MINUTE
            payload = {"percent": int(100 * share.part), "limit": (share.limit or 0) // unit}
            noticing.notice([user_id], kind, payload)
            log.info("user %d: warned of %s", user_id, kind)
        User.objects.filter(pk=user_id).update(warned=sorted(due))


def _use(user_id: int | None) -> list[Usage]:
    query = _USE
    for column in _PEOPLE:
        one = "true" if user_id is None else f"{column} = %(user)s"
        query = query.replace("{" + column + "}", one)
    defaults = {name: default(name) for name in ("disk_gb", "cpu_minutes", "gpu_minutes")}
    with connection.cursor() as cursor:
        cursor.execute(query, {"user": user_id, "days": DAYS})
        rows = cursor.fetchall()
    found = []
    for pk, name, full, disk_gb, cpu_m, gpu_m, kept, waiting, cpu, gpu in rows:
        found.append(
            Usage(
                user=pk,
                username=name,
                full_name=full,
                disk=Share(int(kept + waiting), _units(disk_gb, defaults["disk_gb"], GB)),
                waiting=int(waiting),
                cpu=Share(int(cpu), _units(cpu_m, defaults["cpu_minutes"], MINUTE)),
                gpu=Share(int(gpu), _units(gpu_m, defaults["gpu_minutes"], MINUTE)),
            )
        )
    return found


def default(name: str) -> int | None:
    """What the settings give to everybody for `disk_gb`, `cpu_minutes` or `gpu_minutes`."""
    return config.amount(f"ARMARIUS_{name.upper()}_PER_USER")


def _limited(user: User, field: str) -> bool:
    """Whether there is a limit at all; without one nothing is counted."""
    return getattr(user, field) is not None or default(field) is not None


def _size(bytes_: int) -> str:
    return f"{bytes_ / GB:,.1f} GB" if bytes_ >= GB or not bytes_ else f"{bytes_ / 1e6:,.2f} MB"


def _units(own: int | None, given: int | None, unit: int) -> int | None:
    limit = given if own is None else own
    return None if limit is None else limit * unit
