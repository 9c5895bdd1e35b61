from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from privacy.services.backups import BackupError, restore_backup
from privacy.services.health import is_migrated


class Command(BaseCommand):
    help = "Zet een reservekopie terug in een lege database, en wist opnieuw wie daarna gewist was."
    # There may be no database yet, or an old one.
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser):
        parser.add_argument("path", type=Path, metavar="BESTAND")
        parser.add_argument(
            "--force-empty",
            default="",
            metavar="DATABASE",
            help="gooi eerst alles weg wat er in de database staat; typ haar naam",
        )

    def handle(self, *, path, force_empty, **options):
        try:
            facts = restore_backup(path, replace=force_empty)
        except BackupError as refusal:
            raise CommandError(str(refusal)) from refusal
        if not is_migrated():
            self.stdout.write("De kopie is van een oudere versie. Typ nu: migrate_safely en daarna reapply_erasures.")
        about = timezone.localtime(facts.about_at)
        self.stdout.write(
            f"Teruggezet: {len(facts.tables)} tabellen, {facts.rows} rijen, zoals ze waren op"
            f" {about:%d-%m-%Y om %H:%M}. Wat daarna is ingevoerd, staat er niet in."
        )
