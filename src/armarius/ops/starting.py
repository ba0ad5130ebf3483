"""What `armarius serve` needs before it serves: tables, an administrator, the sample project."""

from __future__ import annotations

from django.core.management import call_command

from armarius.ops import accounts, atr_models


def prepare(*, sample: bool) -> dict[str, str]:
    """Bring the database up to date and return how the administrator signs in.

    Repeating it changes nothing but gives a new login link.
    """
    call_command("migrate", interactive=False, verbosity=0)
    administrator = accounts.administrator()
    atr_models.offer_built_in()
    if sample:
        from armarius.ops import sampling

        sampling.create(administrator)
    return {
        "administrator": administrator.username,
        "login_token": accounts.login_link(administrator),
    }
