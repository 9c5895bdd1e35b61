from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("workshops", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE workshops_attendance ADD COLUMN later integer NULL",
            "ALTER TABLE workshops_attendance DROP COLUMN later",
        )
    ]
