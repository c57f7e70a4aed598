# SPDX-License-Identifier: Apache-2.0
"""What holds between the procedures of this deployment."""

from anlan.cases import registry
from tests.rules.test_procedures import keys


def test_an_open_state_is_of_one_procedure_so_that_lists_name_it_by_its_own_word() -> None:
    seen: dict[str, str] = {}
    for key in sorted(keys() & registry.newest().keys()):
        for state in registry.newest()[key].states:
            if state.open:
                assert seen.setdefault(state.key, key) == key, (
                    f"{state.key} is open in {seen[state.key]} and {key}"
                )
