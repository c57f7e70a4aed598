# SPDX-License-Identifier: Apache-2.0
"""Who went on with whose work stays. Of the tables that come with Django and its sign-in, serving deletes sessions and second
factors alone, and which migrations ran is not its to say.
"""

from django.db import migrations

from anlan.base.grants import withhold


class Migration(migrations.Migration):
    """Serving deletes what lapses; nothing else."""

    dependencies = (
        ("people", "0003_succession"),
        ("account", "0001_initial"),
        ("admin", "0001_initial"),
        ("auth", "0001_initial"),
        ("contenttypes", "0001_initial"),
    )
    operations = (
        withhold(
            "DELETE",
            "people_organisationsuccession",
            "account_emailaddress",
            "account_emailconfirmation",
            "auth_group",
            "auth_group_permissions",
            "auth_permission",
            "django_admin_log",
            "django_content_type",
        ),
        withhold("INSERT, UPDATE, DELETE", "django_migrations"),
    )
