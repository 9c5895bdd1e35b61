from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from privacy.services.backups import BackupError, make_backup


class Command(BaseCommand):
    help = "Maakt een versleutelde reservekopie van de hele database, leest haar terug en ruimt oude op."

    def add_arguments(self, parser):
        parser.add_argument("--folder", type=Path, default=settings.BACKUP_FOLDER, help="waar de kopie komt")

    def handle(self, *, folder, **options):
        try:
            backup = make_backup(folder)
        except BackupError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Gemaakt en teruggelezen: {backup}")
