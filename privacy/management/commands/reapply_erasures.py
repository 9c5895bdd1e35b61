from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from privacy.services.erasing import forget_what_was_freed
from privacy.services.proofs import reapply


class Command(BaseCommand):
    help = (
        "Wist opnieuw wie met een teruggezette back-up terugkwam: volgens de bewijzen in de database, en volgens die in"
        " het bestand van export_erasures. Mag zo vaak als je wilt."
    )

    def add_arguments(self, parser):
        parser.add_argument("bestand", nargs="?", help="wat export_erasures schreef, van na de back-up")

    def handle(self, *args, **options):
        path = options["bestand"] and Path(options["bestand"])
        try:
            done = reapply(path.read_text().splitlines() if path else [])
        except (OSError, KeyError, TypeError, ValueError) as error:
            raise CommandError(f"Dit bestand is niet te gebruiken. Er is niets gewist. {error}") from error
        if done:
            forget_what_was_freed()
        self.stdout.write(f"Opnieuw gewist: {done}.")
