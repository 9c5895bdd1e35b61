from datetime import date

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError

from privacy.services.pruning import YEARS_KEPT, prune_log


class Command(BaseCommand):
    help = (
        f"Haalt regels uit het logboek die minstens {YEARS_KEPT} jaar oud zijn. Een zegel zegt tot waar; de keten"
        " blijft heel. Alleen voor de eigenaar van de tabellen."
    )

    def add_arguments(self, parser):
        parser.add_argument("--before", type=date.fromisoformat, required=True, metavar="JJJJ-MM-DD")

    def handle(self, *, before, **options):
        try:
            removed = prune_log(before)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except ProgrammingError as error:
            raise CommandError("Dit mag alleen de eigenaar van de tabellen.") from error
        self.stdout.write(f"{removed} regels weggehaald.")
