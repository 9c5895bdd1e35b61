from django.core.management.base import BaseCommand, CommandError

from pluspunt.encryption import sealing_key
from pluspunt.resealing import reseal, texts_by_key


class Command(BaseCommand):
    help = "Verzegelt alles opnieuw met de eerste sleutel van FIELD_KEYS, terwijl iedereen doorwerkt."

    def add_arguments(self, parser):
        parser.add_argument("--count", action="store_true", help="telt alleen, en wijzigt niets")

    def handle(self, *args, count, **options):
        if not count:
            result = reseal()
            self.stdout.write(f"{result.done} teksten opnieuw verzegeld.")
            if result.passed_by:
                self.stdout.write(f"{result.passed_by} teksten veranderde iemand op dat moment zelf.")
        under = texts_by_key()
        for key_id, number in sorted(under.items()):
            self.stdout.write(f"  sleutel {key_id}: {number}")
        old = under.total() - under[sealing_key()]
        if old and not count:
            raise CommandError(f"{old} teksten staan nog onder een andere sleutel. Haal die sleutel niet weg.")
