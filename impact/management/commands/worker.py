import logging
import time

from django.core.management.base import BaseCommand
from django.db import connection
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from impact.services.documents import put_back_lost_documents
from pluspunt.middleware import WAIT, is_database_away
from privacy.services.sealing import sealing_every_minute
from privacy.services.upkeep import record_sign_of_life

logger = logging.getLogger(__name__)

# Seconds between two looks when nothing waits.
PAUSE = 1
# And between two signs of life.
BEAT = 10


class Command(BaseCommand):
    help = (
        "Doet het werk dat gevraagd is, een voor een, en verzegelt elke minuut het logboek, tot hij een signaal krijgt"
        " om te stoppen. Het eerste signaal laat hem afmaken waar hij mee bezig is; het tweede laat dat los, en de"
        " volgende keer begint het opnieuw."
    )

    def add_arguments(self, parser):
        parser.add_argument("--batch", action="store_true", help="stop zodra er niets meer wacht")

    beat_at = 0.0

    def handle(self, *, batch, **options):
        worker = Worker(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        )
        worker.configure_signals()
        with sealing_every_minute():
            while worker.running:
                pause = self.work(worker)
                if batch and not pause:
                    break
                if worker.running:
                    time.sleep(pause or PAUSE)

    def work(self, worker: Worker) -> int:
        """Everything that waits, now; so many seconds to wait for the database when it is away."""
        try:
            if time.monotonic() >= self.beat_at:
                record_sign_of_life()
                self.beat_at = time.monotonic() + BEAT
            put_back_lost_documents()
            # A look first: to take a task the library takes the write lock of SQLite, which others need.
            if DBTaskResult.objects.ready().exists():
                worker.run()
        except Exception as error:
            if not is_database_away(error):
                raise
            logger.warning("database away: %s", str(error).partition("\n")[0])
            connection.close()
            return WAIT
        return 0
