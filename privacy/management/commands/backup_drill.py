from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from privacy.services.backups import BackupError, drill_backup


class Command(BaseCommand):
    help = "Probeert of de nieuwste reservekopie terug te zetten is, in een lege database naast de echte."

    def add_arguments(self, parser):
        parser.add_argument("--folder", type=Path, default=settings.BACKUP_FOLDER, help="waar de kopieën staan")

    def handle(self, *, folder, **options):
        try:
            path, facts = drill_backup(folder)
        except BackupError as refusal:
            raise CommandError(str(refusal)) from refusal
        about = timezone.localtime(facts.about_at)
        self.stdout.write(
            f"{path.name} is terug te zetten: {len(facts.tables)} tabellen, {facts.rows} rijen, zoals ze waren op"
            f" {about:%d-%m-%Y om %H:%M}."
        )
