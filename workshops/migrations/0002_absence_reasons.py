from django.db import migrations

REASONS = ["ziek", "vakantie", "medische afspraak", "afspraak instantie", "familie/mantelzorg", "rustdag"]


def add_reasons(apps, schema_editor):
    AbsenceReason = apps.get_model("workshops", "AbsenceReason")
    AbsenceReason.objects.bulk_create(
        [AbsenceReason(name=name, position=position) for position, name in enumerate(REASONS, start=1)],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("workshops", "0001_initial")]
    operations = [migrations.RunPython(add_reasons, migrations.RunPython.noop)]
