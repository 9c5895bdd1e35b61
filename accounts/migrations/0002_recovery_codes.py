import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def seal_secrets(apps, schema_editor):
    """What apps make codes from was readable; reserve codes were made from a seed, which is as good as readable."""
    from pluspunt.encryption import seal

    Authenticator = apps.get_model("mfa", "Authenticator")
    for row in Authenticator.objects.filter(type="totp"):
        if ":" not in row.data["secret"]:
            row.data["secret"] = seal(row.data["secret"], f"accounts.totp:{row.user_id}")
            row.save(update_fields=["data"])
    Authenticator.objects.filter(type="recovery_codes").delete()


def open_secrets(apps, schema_editor):
    from pluspunt.encryption import unseal

    Authenticator = apps.get_model("mfa", "Authenticator")
    for row in Authenticator.objects.filter(type="totp"):
        row.data["secret"] = unseal(row.data["secret"], f"accounts.totp:{row.user_id}")
        row.save(update_fields=["data"])


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("hashed", models.CharField(max_length=128, verbose_name="versleutelde code")),
                ("used_at", models.DateTimeField(blank=True, null=True, verbose_name="gebruikt op")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recovery_codes",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="van",
                    ),
                ),
            ],
            options={
                "verbose_name": "reservecode",
                "verbose_name_plural": "reservecodes",
                "ordering": ["pk"],
            },
        ),
        migrations.RunPython(seal_secrets, open_secrets),
    ]
