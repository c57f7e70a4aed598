# SPDX-License-Identifier: Apache-2.0
"""Pictures that take long to decode: whoever sends many keeps nobody else from reading."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from anlan.base.errors import Busy
from anlan.cases import pictures
from anlan.cases.pictures import make_ready
from anlan.people.models import RateCounter
from tests.cases.test_pictures import picture

SENDERS = 12


def test_of_many_pictures_at_once_four_hold_a_thread_and_the_others_hear_it_at_once() -> None:
    data = picture()
    with ThreadPoolExecutor(SENDERS) as pool:
        with pictures._room, pictures._room:  # two are being decoded, for as long as this takes
            sent = [pool.submit(make_ready, data, taken=("image/jpeg",)) for _ in range(SENDERS)]
            while sum(one.done() for one in sent) < SENDERS - 4:
                pass
            assert all(isinstance(one.exception(), Busy) for one in sent if one.done())
        assert sum(one.exception() is None for one in sent) == 4
    assert make_ready(data, taken=("image/jpeg",)).kind == "image/jpeg"


@pytest.mark.django_db
def test_each_file_of_a_form_counts(client: Client) -> None:
    files = [SimpleUploadedFile(f"{n}.jpg", picture(size=(8 + n, 8))) for n in range(9)]
    client.post("/report", {"words": "", "files": files})
    assert max(RateCounter.objects.values_list("n", flat=True)) == 9
