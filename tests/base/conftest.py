# SPDX-License-Identifier: Apache-2.0
"""The words of these tests are English unless a test asks for others."""

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield
