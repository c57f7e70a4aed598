# SPDX-License-Identifier: Apache-2.0
"""The toy procedure stands beside the real ones in every engine test."""

import pytest

from anlan.cases import registry
from tests.cases.toy import TOY


@pytest.fixture(scope="session", autouse=True)
def toy() -> None:
    registry.register((TOY,))
