# SPDX-License-Identifier: Apache-2.0
"""Mediators and assessors have posts."""

from typing import ClassVar

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

ROLES = (
    ("grid_worker", "grid worker"),
    ("village_clerk", "village clerk"),
    ("dispatcher", "town dispatcher"),
    ("county_dispatcher", "county dispatcher"),
    ("handler", "handler"),
    ("supervisor", "supervisor"),
    ("auditor", "auditor"),
    ("system_admin", "system administrator"),
    ("security_admin", "security administrator"),
    ("hotline_agent", "hotline agent"),
    ("mediator", "mediator"),
    ("assessor", "risk assessor"),
)


DROP = """-- squawk-ignore ban-drop-constraint
ALTER TABLE people_post DROP CONSTRAINT post_role"""
"""The wider one comes with the next statement of the same transaction."""


class Migration(migrations.Migration):
    """The list of roles; the rows that are there had fewer and need not be read for it."""

    dependencies: ClassVar = [("people", "0013_place_text")]

    operations: ClassVar = [
        migrations.AlterField(
            model_name="post", name="role", field=models.CharField(choices=ROLES, max_length=24)
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=(migrations.RunSQL([DROP], migrations.RunSQL.noop),),
            state_operations=(migrations.RemoveConstraint(model_name="post", name="post_role"),),
        ),
        AddConstraintNotValid(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(role__in=[role for role, _words in ROLES]), name="post_role"
            ),
        ),
    ]
