from django.db import migrations
from django.db.models import OuterRef, Subquery


def say_where_sessions_were(apps, schema_editor):
    """Every session that is there was held where its workshop is now: until this version a workshop never moved."""
    Session = apps.get_model("workshops", "Session")
    Workshop = apps.get_model("workshops", "Workshop")
    where = Workshop.objects.filter(pk=OuterRef("workshop_id")).values("location_id")[:1]
    Session.objects.filter(location__isnull=True).update(location_id=Subquery(where))


class Migration(migrations.Migration):
    dependencies = [("workshops", "0007_planning")]

    operations = [migrations.RunPython(say_where_sessions_were, migrations.RunPython.noop)]
