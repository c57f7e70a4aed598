from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("report", "0006_from_the_phone")]

    operations = [
        migrations.AddField(
            "reportrecord", "confidential", models.BooleanField(db_default=False, default=False)
        ),
        migrations.AddField("reportrecord", "shared", models.BooleanField(db_default=False, default=False)),
        migrations.AddField(
            "reportrecord", "unscreened", models.BooleanField(db_default=False, default=False)
        ),
        migrations.AddField(
            "reportrecord", "erasure", models.TextField(blank=True, db_default="", default="")
        ),
    ]
