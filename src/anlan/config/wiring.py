# SPDX-License-Identifier: Apache-2.0
"""Hands procedures to the engine. Adding a procedure adds its folder and one line here."""

from anlan.cases import registry
from anlan.procedures.report.procedure import REPORT

PROCEDURES = (REPORT,)


def wire() -> None:
    """Called once, when Django is ready."""
    registry.register(PROCEDURES)
