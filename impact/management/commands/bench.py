"""Measures the work that people wait for, each beside what this machine needs for the least that it could be."""

import statistics
import time
from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.test import Client
from django.urls import include, path, reverse
from django.utils import timezone

from accounts.models import User
from impact.demo import COACH_WORKSHOPS, load_demo
from impact.figures import period_figures
from participants.models import Participant
from pluspunt.periods import Period
from privacy.models import AccessEvent
from workshops.models import Attendance, DayPart, Session, Workshop

DATA = settings.BASE_DIR / "workshops" / "data" / "2025"
BARE_ROWS = Engine().from_string(
    "{% for row in rows %}<li>{{ row.a }} {{ row.b }} {{ row.c }} {{ fill }}</li>{% endfor %}"
)


def bare_write(request: HttpRequest) -> HttpResponse:
    """The least that one mark could be: a signed-in request that writes one row."""
    with transaction.atomic():
        AccessEvent.objects.create(user=request.user, role=request.user.role, action="VIEW", data="bench")
    return HttpResponse("ok")


def bare_page(request: HttpRequest) -> HttpResponse:
    """A signed-in page of the asked size without any question to the database: rows of three values and text."""
    rows, size = int(request.GET["rows"]), int(request.GET["size"])
    values = [{"a": n, "b": f"naam {n}", "c": "aanwezig"} for n in range(rows)]
    fill = "x" * max(1, size // rows - 30)
    return HttpResponse(BARE_ROWS.render(Context({"rows": values, "fill": fill})))


urlpatterns = [
    path("bench/write/", bare_write, name="bare_write"),
    path("bench/page/", bare_page, name="bare_page"),
    path("", include("pluspunt.urls")),
]


def median(work: Callable[[], object], runs: int) -> float:
    """The median time of `work`, in milliseconds, after one run that does not count."""
    work()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


class Command(BaseCommand):
    help = "Meet in een lege database van een demo hoe snel het werk gaat. Gebruik bin/bench."

    def handle(self, *args, **options):
        if not settings.DEMO or User.objects.exists():
            raise CommandError("Meten gaat alleen in een lege demodatabase: gebruik bin/bench.")
        settings.ROOT_URLCONF = "impact.management.commands.bench"
        settings.ALLOWED_HOSTS = ["testserver"]
        self.stdout.write(f"{'':34}{'ms':>9}{'kaal':>9}{'keer':>7}{'doel':>7}   ({connection.vendor})")
        self.bench_import()
        self.fill()
        self.bench_register()
        self.bench_pages()
        self.bench_report()

    def say(self, name: str, took: float, bare: float, aim: str) -> None:
        self.stdout.write(f"{name:34}{took:9.1f}{bare:9.1f}{took / bare:7.2f}{aim:>7}")

    def bench_import(self) -> None:
        start = time.perf_counter()
        with transaction.atomic():
            call_command("import_year", str(DATA), verbosity=0)
            took = (time.perf_counter() - start) * 1000
            rows = list(Attendance.objects.order_by())
            AttendanceCopy = [Attendance(**{f.attname: getattr(r, f.attname) for f in r._meta.fields}) for r in rows]
            Attendance.objects.all().delete()
            start = time.perf_counter()
            Attendance.objects.bulk_create(AttendanceCopy, batch_size=500)
            bare = (time.perf_counter() - start) * 1000
            transaction.set_rollback(True)
        self.say(f"inlezen 2025 ({len(rows)} regels)", took, bare, "15 s")

    def fill(self) -> None:
        load_demo(DATA, timezone.localdate(), lambda step: None)

    def client(self, role: str) -> Client:
        client = Client()
        client.force_login(User.objects.filter(role=role).order_by("pk").first(), settings.AUTHENTICATION_BACKENDS[1])
        return client

    def bench_register(self) -> None:
        session = self.session_of_twelve()
        where = {"workshop_id": session.workshop_id, "day": session.date, "part": session.day_part}
        coach = self.client(User.Role.COACH)
        self.bench_page("register van 12", coach, reverse("register_detail", kwargs=where), rows=12)
        key = session.attendances.first().participant.key
        mark = reverse("attendance_mark", kwargs={**where, "key": key})
        statuses = [{"status": "PRESENT"}, {"status": "NO_SHOW"}] * 1000

        def one_mark() -> None:
            answer = coach.post(mark, statuses.pop(), headers={"hx-request": "true"})
            assert answer.status_code == 200, answer.status_code  # noqa: S101

        bare = median(lambda: coach.post(reverse("bare_write")), 100)
        self.say("één registratie", median(one_mark, 100), bare, "1.5")
        mark_all = reverse("attendance_mark_all", kwargs=where)

        def all_present() -> None:
            session.attendances.update(status="OPEN", recorded_at=None, recorded_by=None, reason=None)
            answer = coach.post(mark_all, headers={"hx-request": "true"})
            assert answer.status_code in (200, 302), answer.status_code  # noqa: S101

        self.say("iedereen aanwezig (12)", median(all_present, 30), bare, "–")

    def session_of_twelve(self) -> Session:
        """A register of today in the coach's workshop, with exactly twelve people in it."""
        workshop = Workshop.objects.get(name=COACH_WORKSHOPS[0])
        today = timezone.localdate()
        session, _ = Session.objects.get_or_create(
            workshop=workshop, date=today, day_part=DayPart.MORNING, defaults={"capacity": 12}
        )
        session.attendances.filter(changes__isnull=True).delete()
        busy = Attendance.objects.filter(date=today, day_part=DayPart.MORNING).values("participant")
        people = Participant.objects.exclude(pk__in=busy).filter(trajectories__end_date__isnull=True)
        for person in people.distinct()[:12]:
            Attendance.objects.create(
                session=session,
                participant=person,
                trajectory=person.trajectories.first(),
                workshop=workshop,
                date=today,
                day_part=DayPart.MORNING,
            )
        return session

    def bench_page(self, name: str, client: Client, url: str, rows: int, runs: int = 30) -> None:
        answer = client.get(url)
        assert answer.status_code == 200, (url, answer.status_code)  # noqa: S101
        bare_url = f"{reverse('bare_page')}?rows={rows}&size={len(answer.content)}"
        bare = median(lambda: client.get(bare_url), runs)
        self.say(f"{name} ({len(answer.content) / 1000:.0f} kB)", median(lambda: client.get(url), runs), bare, "2")

    def bench_pages(self) -> None:
        coordinator = self.client(User.Role.COORDINATOR)
        self.bench_page("lijst van deelnemers", coordinator, reverse("participant_list"), rows=25)
        self.bench_page("weekoverzicht", coordinator, reverse("workshop_week"), rows=110)
        manager = self.client(User.Role.MANAGEMENT)
        figures_url = f"{reverse('figures')}?start=2025-01-01&end=2025-12-31"
        self.bench_page("pagina met jaarcijfers", manager, figures_url, rows=60, runs=10)

    def bench_report(self) -> None:
        year = Period(date(2025, 1, 1), date(2025, 12, 31))
        self.say("jaarcijfers", median(lambda: period_figures(year), 10), median(self.sql_by_hand, 10), "–")

    def sql_by_hand(self) -> None:
        with connection.cursor() as cursor:
            for column in ("a.workshop_id", "a.date", "t.target_group"):
                cursor.execute(
                    f"SELECT {column}, a.status, a.planned, s.state, COUNT(*) FROM workshops_attendance a"  # noqa: S608
                    " JOIN workshops_session s ON s.id = a.session_id"
                    " JOIN participants_trajectory t ON t.id = a.trajectory_id"
                    " WHERE a.date BETWEEN '2025-01-01' AND '2025-12-31' GROUP BY 1, 2, 3, 4"
                )
                cursor.fetchall()
