from django.core.management.base import BaseCommand

from privacy.services.proofs import proofs_as_lines


class Command(BaseCommand):
    help = (
        "Schrijft alle bewijzen van wissen, één per regel, om buiten de database te bewaren. Er staat niet in van wie."
        " Na het terugzetten van een back-up wist reapply_erasures hiermee opnieuw."
    )

    def handle(self, *args, **options):
        for line in proofs_as_lines():
            self.stdout.write(line)
