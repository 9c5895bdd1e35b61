import sys

from django.core.management.base import BaseCommand

from privacy.services.verifying import verify_log


class Command(BaseCommand):
    help = (
        "Controleert het logboek: elke regel, over wie die gaat, de keten van zegels en de controlepunten buiten de"
        " database. Verandert niets. Eindigt met 1 als er iets niet klopt."
    )

    def handle(self, **options):
        verdict = verify_log()
        said = f"{verdict.events} regels en {verdict.seals} zegels gecontroleerd"
        if verdict.unsealed:
            said += f"; {verdict.unsealed} regels zijn nog niet verzegeld"
        if verdict.wrong:
            for finding in verdict.findings:
                self.stderr.write(finding)
            rest = verdict.wrong - len(verdict.findings)
            self.stderr.write(
                f"Het logboek klopt niet: {verdict.wrong} keer iets mis" + (f", {rest} niet genoemd." if rest else ".")
            )
            self.stdout.write(f"{said}.")
            sys.exit(1)
        self.stdout.write(f"{said}. Het logboek klopt.")
