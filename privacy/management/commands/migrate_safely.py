import random
import time

import psycopg
from django.core.management.base import CommandError
from django.core.management.commands.migrate import Command as Migrate
from django.db import OperationalError, connection

# Who wants to use a table waits behind a migration that wants to change it, and that waits for who reads it now.
LOCK_TIMEOUT = "500ms"
# Two machines that are brought up to date at once take turns; any number that nothing else uses.
TURN = 0x506C7573
LONGEST_PAUSE = 15


class Command(Migrate):
    help = (
        "Werkt de database bij terwijl mensen werken. Is een tabel bezet, dan laat hij na een halve seconde los en"
        " probeert hij het later opnieuw, zodat niemand lang wacht."
    )

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--minutes", type=float, default=10, help="zo lang blijft hij het proberen (10)")

    def handle(self, *args, minutes, **options):
        options["interactive"] = False
        if connection.vendor != "postgresql":
            super().handle(*args, **options)
            return
        until, pause = time.monotonic() + minutes * 60, 1.0
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [TURN])
        try:
            while not self.try_once(*args, **options):
                if time.monotonic() > until:
                    raise CommandError(
                        f"De database is niet bijgewerkt: een tabel bleef {minutes:g} minuten bezet. Kijk wie er zo"
                        " lang leest of schrijft, en typ dit opnieuw. De vorige versie kan zolang blijven draaien."
                    )
                self.stdout.write("Een tabel is bezet. Straks nog een keer.")
                time.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 only so that two do not keep meeting
                pause = min(pause * 2, LONGEST_PAUSE)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("RESET lock_timeout")
                cursor.execute("SELECT pg_advisory_unlock(%s)", [TURN])

    def try_once(self, *args, **options) -> bool:
        """Whether everything is up to date now; a migration that had to wait too long was undone as a whole."""
        try:
            self.let_go_after(LOCK_TIMEOUT)
            super().handle(*args, **options)
        except OperationalError as error:
            if not isinstance(error.__cause__, psycopg.errors.LockNotAvailable):
                raise
            return False
        return True

    def migration_progress_callback(self, action, migration=None, fake=False):
        if action in ("apply_start", "unapply_start") and connection.vendor == "postgresql":
            # One that is no transaction (an index that is made beside the work) keeps nobody waiting, and must not be
            # left half done.
            self.let_go_after(LOCK_TIMEOUT if migration.atomic else "0")
        super().migration_progress_callback(action, migration, fake)

    def let_go_after(self, timeout: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [timeout])
