# SPDX-License-Identifier: Apache-2.0
"""Pictures that take long to decode: whoever sends many keeps nobody else from reading, or from sending."""

from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import islice

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from anlan.base.errors import Busy
from anlan.cases import pictures
from anlan.cases.pictures import make_ready
from anlan.people.models import RateCounter
from tests.cases.test_pictures import picture

SENDERS = 12


def all_but(turned_away: int, senders: list[str]) -> bool:
    """Whether of all who send while two pictures are being decoded so many hear at once that there is no place."""
    data = picture()
    with ThreadPoolExecutor(len(senders)) as pool:
        with pictures._turns.room, pictures._turns.room:
            sent = [pool.submit(make_ready, data, sender=sender, taken=("image/jpeg",)) for sender in senders]
            first = list(islice(as_completed(sent), turned_away))
        return all(isinstance(one.exception(), Busy) == (one in first) for one in sent)


def test_of_many_pictures_at_once_four_hold_a_thread_and_the_others_hear_it_at_once() -> None:
    assert all_but(SENDERS - 4, [str(n) for n in range(SENDERS)])
    assert make_ready(picture(), sender="0", taken=("image/jpeg",)).kind == "image/jpeg"


def test_nobodys_many_pictures_keep_anybody_elses_out() -> None:
    assert all_but(SENDERS - 2, ["one"] * SENDERS)
    assert all_but(SENDERS - 2, ["one"] * SENDERS + ["two", "three"])
    assert make_ready(picture(), sender="one", taken=("image/jpeg",)).kind == "image/jpeg"


@pytest.mark.django_db
def test_each_file_of_a_form_counts(client: Client) -> None:
    files = [SimpleUploadedFile(f"{n}.jpg", picture(size=(8 + n, 8))) for n in range(9)]
    client.post("/report", {"words": "", "files": files})
    assert max(RateCounter.objects.values_list("n", flat=True)) == 9
