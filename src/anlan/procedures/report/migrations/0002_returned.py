from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("report", "0001_initial")]

    operations = [
        migrations.AddField("reportrecord", "returned_1", models.IntegerField(null=True)),
        migrations.AddField("reportrecord", "returned_2", models.IntegerField(null=True)),
        migrations.AddField("reportrecord", "returned_3", models.IntegerField(null=True)),
    ]
