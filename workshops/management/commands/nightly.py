from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from workshops.models import ImportDraft
from workshops.services.sessions import HORIZON, ensure_sessions


class Command(BaseCommand):
    help = "Het nachtelijke werk: registers vooruit maken en opruimen wat verlopen is. Mag zo vaak als je wilt."

    def handle(self, *args, **options):
        ensure_sessions(timezone.localdate() + HORIZON)
        ImportDraft.objects.filter(made_at__lt=timezone.now() - ImportDraft.MAX_AGE).delete()
        call_command("clearsessions")
