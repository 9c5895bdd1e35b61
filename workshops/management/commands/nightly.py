from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from impact.services.documents import delete_expired_documents
from privacy.models import UpkeepRun
from privacy.services.copies import forget_copies
from privacy.services.retention import keep_terms
from privacy.services.sealing import seal_log
from privacy.services.upkeep import record_run
from workshops.services.sessions import HORIZON, ensure_sessions
from workshops.services.year_import.drafts import delete_expired_drafts


class Command(BaseCommand):
    help = (
        "Het nachtelijke werk: registers vooruit maken, opruimen wat verlopen is, en dossiers wissen waarvan de"
        " bewaartermijn voorbij is. Mag zo vaak als je wilt."
    )

    def handle(self, *args, **options):
        ensure_sessions(timezone.localdate() + HORIZON)
        delete_expired_drafts()
        delete_expired_documents()
        forget_copies()
        keep_terms()
        call_command("clearsessions")
        seal_log(everything=True)
        record_run(UpkeepRun.Kind.NIGHTLY, succeeded=True)
