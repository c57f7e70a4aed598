# SPDX-License-Identifier: Apache-2.0
"""Places and calendars end on a day; what was there stays, because cases name it. Serving deletes none of it."""

from django.db import migrations

from anlan.base.grants import withhold


class Migration(migrations.Migration):
    """Loading another province's places is the owner's work."""

    dependencies = (("places", "0002_guards"),)
    operations = (
        withhold(
            "DELETE",
            "places_boundary",
            "places_calendar",
            "places_calendarday",
            "places_calendarversion",
            "places_place",
            "places_placecode",
            "places_regionprofile",
            "places_revision",
            "places_succession",
        ),
    )
