from django.db import migrations

import pluspunt.text


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0003_themes"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="organisation",
            options={"ordering": ["search_name", "pk"], "verbose_name": "partner", "verbose_name_plural": "partners"},
        ),
        migrations.AddField(
            model_name="organisation",
            name="search_name",
            field=pluspunt.text.FoldedField(
                db_default="", db_index=True, default="", editable=False, max_length=250, sources=("name", "place")
            ),
        ),
    ]
