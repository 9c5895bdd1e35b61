from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workshops", "0008_session_locations")]

    operations = [
        migrations.AlterField(
            model_name="statementline",
            name="cut_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("CAP", "meer dan de maand toelaat"),
                    ("WHOLE", "de hele indicatie is op"),
                    ("OVERLAP", "telt bij een andere indicatie"),
                    ("NONE", "geen indicatie in dagdelen op die dagen"),
                ],
                max_length=10,
                verbose_name="waarom minder",
            ),
        ),
    ]
