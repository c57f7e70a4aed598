# SPDX-License-Identifier: Apache-2.0
"""Residents' accounts that were erased: the number is taken away, the account ends, and a restored backup repeats it.

A line goes to a file beside the database first. What an account had to do with cases is erased by the engine.
"""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from anlan.base.erasure import ErasureFile
from anlan.base.errors import NotFound
from anlan.people.models import Account, AccountKind
from anlan.people.phones import forget_phone


def erased_accounts() -> ErasureFile:
    """This deployment's list: ids and moments, nothing else."""
    return ErasureFile(Path(settings.ANLAN_ERASURES).with_name("erased-accounts.jsonl"))


def erase_resident(account_id: int, *, at: datetime) -> None:
    """Takes number and key from a resident's account and ends it; open sessions end with it. Raises NotFound."""
    if not Account.objects.filter(pk=account_id, kind=AccountKind.RESIDENT).exists():
        raise NotFound
    erased_accounts().append({"account": account_id, "at": at})
    _erase(account_id)


def reapply_erasures() -> int:
    """After a restore: erases again what the list names; how many accounts still held a number."""
    return sum(_erase(int(line["account"])) for line in erased_accounts().read())


def _erase(account_id: int) -> bool:
    with transaction.atomic():
        account = Account.objects.select_for_update().filter(pk=account_id, kind=AccountKind.RESIDENT).first()
        if account is None:
            return False
        held = account.phone is not None or account.is_active
        forget_phone(account)
        account.is_active = False
        account.save(update_fields=["key", "phone", "phone_index", "is_active"])
        return held
