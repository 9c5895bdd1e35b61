from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from accounts.models import User
from impact.demo import ACCOUNTS, PASSWORD, STEPS, load_demo


class Command(BaseCommand):
    help = "Vult een lege database met demogegevens, en toont de accounts waarmee je kunt inloggen."

    def handle(self, *args, **options):
        if not settings.DEMO:
            raise CommandError("Demogegevens horen niet in een echte omgeving. Zet DEMO=yes als dit een demo is.")
        if not User.objects.exists():
            self.load()
        for role, (email, _) in ACCOUNTS.items():
            self.stdout.write(f"  {User.Role(role).label:12} {email}")
        self.stdout.write(f"  {'wachtwoord':12} {PASSWORD}")

    def load(self):
        with tqdm(total=STEPS, unit="stap", desc="Demogegevens", file=self.stderr._out) as bar:

            def done(step: str) -> None:
                bar.set_postfix_str(step)
                bar.update()

            load_demo(settings.BASE_DIR / "workshops" / "data" / "2025", timezone.localdate(), done)
