"""Measures the work that people wait for, each beside what this machine needs for the least that it could be."""

import json
import re
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from random import Random
from uuid import uuid4

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import Context, Engine
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import include, path, reverse
from django.utils import timezone
from weasyprint import HTML

from accounts.models import User
from accounts.services.sessions import begin_session
from impact.demo import load_demo
from impact.demo.crowd import add_crowd, add_house
from impact.demo.people import COACH_WORKSHOPS
from impact.figures import period_figures
from impact.report import report_document
from impact.report.content import ReportContent
from impact.report.texts import default_sections
from participants.models import Participant, Trajectory
from pluspunt import lists
from pluspunt.layout import StaticFetcher
from pluspunt.pdf import STATIC_HOST
from pluspunt.periods import Period
from privacy.services import Action, log_access
from workshops.models import Attendance, AttendanceChange, DayPart, Session, WalkIn, Workshop
from workshops.services.board import week_board
from workshops.services.tablets import issue_pass
from workshops.views.workshops import week_context

DATA = settings.BASE_DIR / "workshops" / "data" / "2025"
YEAR = Period.of_year(2025)
REPORT = "impact/print/annual_report.html"
# So many people a list must bear.
CROWD = 10_000
# Three values in a hundred bytes: about as dense as a table in a page of ours.
BYTES_PER_ROW = 100
BARE_ROWS = Engine().from_string(
    "{% for row in rows %}<tr><td>{{ row.number }}</td><td>{{ row.name }}</td><td>{{ row.status }}</td>{{ fill }}</tr>"
    "{% endfor %}"
)


def bare_write(request: HttpRequest) -> HttpResponse:
    """The least that one mark could be: a signed-in request that writes one row."""
    log_access(request, Action.VIEW, [], "bench")
    return HttpResponse("ok")


def bare_page(request: HttpRequest) -> HttpResponse:
    """A signed-in page of the asked size without a question to the database: only a loop over values at hand."""
    rows = int(request.GET["size"]) // BYTES_PER_ROW
    values = [{"number": n, "name": f"naam {n}", "status": "aanwezig"} for n in range(rows)]
    return HttpResponse(BARE_ROWS.render(Context({"rows": values, "fill": "x" * 48})))


def bare_board(request: HttpRequest) -> HttpResponse:
    """The template of the week board, signed in, with everything that it shows at hand."""
    return render(request, "workshops/workshop_week.html", AT_HAND)


AT_HAND: dict = {}
urlpatterns = [
    path("bench/board/", bare_board, name="bare_board"),
    path("bench/write/", bare_write, name="bare_write"),
    path("bench/page/", bare_page, name="bare_page"),
    path("", include("pluspunt.urls")),
]


def took(work: Callable[[], object]) -> float:
    """How long `work` takes now, in milliseconds."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def median(work: Callable[[], object], runs: int, before: Callable[[], object] = lambda: None) -> float:
    """The median time of `work` in milliseconds, after one run that does not count; `before` is not measured."""
    times = []
    for _ in range(runs + 1):
        before()
        times.append(took(work))
    return statistics.median(times[1:])


def side_by_side(work: Callable[[], object], bare: Callable[[], object], runs: int) -> tuple[float, float]:
    """The median times of both in milliseconds, measured in turn: what else this machine does weighs on both."""
    pairs = [(took(work), took(bare)) for _ in range(runs + 1)]
    work_times, bare_times = zip(*pairs[1:], strict=True)
    return statistics.median(work_times), statistics.median(bare_times)


def least(work: Callable[[], object], runs: int = 15) -> float:
    """The shortest time of `work` in milliseconds: for comparing two that are measured minutes apart."""
    return min(median(work, 1) for _ in range(runs))


def queries_of(work: Callable[[], object]) -> list[dict]:
    """What `work` asks of the database."""
    with CaptureQueriesContext(connection) as queries:
        work()
    return queries.captured_queries


def crowd_pages() -> dict[str, str]:
    """What is asked of a long list, by name."""
    people, found = reverse("participant_list"), reverse("search")
    workshop = Workshop.objects.order_by("pk").first().pk
    last_full = Participant.objects.current(timezone.localdate()).count() // lists.PAGE_SIZE
    pages = {"lijst": "", "laatste bladzijde": f"page={last_full}", "op status": "status=ACTIVE"}
    pages |= {"van een werkplaats": f"workshop={workshop}", "indicatie loopt af": "needs=indicatie"}
    pages |= {f"op {order}": f"sort={order}" for order in ("doelgroep", "start", "gebied", "indicatie")}
    # "eenmalig": so that nothing is remembered in between.
    pages = {name: f"{people}?eenmalig=1&{query}" for name, query in pages.items()}
    return pages | {"zoeken": f"{found}?q=el", "zoeken zonder antwoord": f"{found}?q=zzzz"}


class Command(BaseCommand):
    help = "Meet in een lege demodatabase hoe snel het werk gaat. Gebruik bin/bench."

    def handle(self, *args, **options):
        if not settings.DEMO or User.objects.exists():
            raise CommandError("Meten gaat alleen in een lege demodatabase: gebruik bin/bench.")
        settings.ROOT_URLCONF = "impact.management.commands.bench"
        settings.ALLOWED_HOSTS = ["testserver"]
        self.stdout.write(f"{connection.vendor:34}{'ms':>9}{'kaal':>9}{'keer':>7}{'doel':>7}")
        self.bench_import()
        load_demo(DATA, timezone.localdate(), lambda step: None)
        self.bench_register()
        self.bench_pages()
        self.bench_board(150, 15, "2")
        self.bench_report()
        self.bench_crowd()
        self.bench_board(3000, 300, "4")

    def say(self, name: str, took: float, bare: float, aim: str) -> None:
        self.stdout.write(f"{name:34}{took:9.1f}{bare:9.1f}{took / bare:7.2f}{aim:>7}")

    def bench_import(self) -> None:
        """The whole year, beside only storing its attendance once more; then everything is undone."""
        with transaction.atomic():
            start = time.perf_counter()
            call_command("import_year", str(DATA), stdout=StringIO())
            took = time.perf_counter() - start
            rows = list(Attendance.objects.order_by())
            Attendance.objects.all().delete()
            start = time.perf_counter()
            Attendance.objects.bulk_create(rows, batch_size=500)
            bare = time.perf_counter() - start
            transaction.set_rollback(True)
        self.say("inlezen van 2025", took * 1000, bare * 1000, "15 s")

    def bench_register(self) -> None:
        session = self.session_of_twelve()
        where = {"workshop_id": session.workshop_id, "day": session.date, "part": session.day_part}
        coach = self.client(User.Role.COACH)
        self.bench_page("register van 12", coach, reverse("register_detail", kwargs=where))
        # Bare means: signed in, and one write; a mark is sent without a cookie, with a pass.
        tablet, marks = Client(), self.marks_of_a_tablet(session, 200)
        one_mark, bare = side_by_side(
            lambda: self.send(tablet, next(marks)), lambda: coach.post(reverse("bare_write")), 100
        )
        self.say("één registratie", one_mark, bare, "1,5")
        self.bench_poll(coach, reverse("register_rows", kwargs=where))
        mark_all = reverse("attendance_mark_all", kwargs=where)

        def empty() -> None:
            session.attendances.update(status="OPEN", recorded_at=None, recorded_by=None, reason=None)

        all_present = median(lambda: self.expect(coach.post(mark_all, headers=HTMX, follow=True)), 30, empty)
        self.say("iedereen aanwezig (12), met pagina", all_present, bare, "–")

    def marks_of_a_tablet(self, session: Session, count: int) -> Iterator[str]:
        """Taps on one row, each with a key of its own and on top of the one before, as a tablet sends them."""
        ticket = issue_pass(User.objects.filter(role=User.Role.COACH).order_by("pk").first(), session)
        row = session.attendances.select_related("participant").first()
        for number in range(count):
            mark = {"key": str(uuid4()), "ticket": ticket, "person": row.participant.key, "polite": False}
            mark |= {"at": int(time.time() * 1000), "seen": row.version + number}
            mark |= {"status": ["PRESENT", "NO_SHOW"][number % 2], "reason": None, "job": None}
            yield json.dumps({"marks": [mark | {"arrived_at": None, "left_at": None}]})

    def send(self, tablet: Client, marks: str) -> None:
        answer = self.expect(tablet.post(reverse("marks_receive"), marks, content_type="application/json"))
        if [taken["outcome"] for taken in answer.json()["answers"]] != ["SAVED"]:
            raise CommandError(f"Een registratie is niet bewaard: {answer.content.decode()}")

    def bench_poll(self, coach: Client, url: str) -> None:
        """What an open register asks every ten seconds, when nothing changed; beside a page of no size."""
        stamp = re.search(r'data-stand="([^"]*)"', self.expect(coach.get(url)).content.decode())[1]
        poll, bare = side_by_side(
            lambda: self.expect(coach.get(url, {"stand": stamp}), 204),
            lambda: coach.get(reverse("bare_page"), {"size": 0}),
            100,
        )
        self.say("stand opvragen (niets veranderd)", poll, bare, "–")

    def session_of_twelve(self) -> Session:
        """A register of today in the coach's workshop, with exactly twelve people in it."""
        where = {"date": timezone.localdate(), "day_part": DayPart.MORNING}
        workshop = Workshop.objects.get(name=COACH_WORKSHOPS[0])
        session, _ = Session.objects.update_or_create(
            workshop=workshop, **where, defaults={"capacity": 12, "state": Session.State.PLANNED, "cancel_reason": ""}
        )
        for trace in (AttendanceChange, WalkIn):
            trace.objects.filter(attendance__session=session).delete()
        session.attendances.all().delete()
        busy = Attendance.objects.filter(**where).values("participant")
        going = Trajectory.objects.on(where["date"]).exclude(participant__in=busy)
        for person, trajectory in list(dict(going.values_list("participant_id", "pk")).items())[:12]:
            row = {"participant_id": person, "trajectory_id": trajectory, "workshop": workshop}
            Attendance.objects.create(session=session, **row, **where)
        return session

    def bench_pages(self) -> None:
        coordinator, manager = self.client(User.Role.COORDINATOR), self.client(User.Role.MANAGEMENT)
        self.bench_page("lijst van deelnemers", coordinator, reverse("participant_list"))
        person = Participant.objects.filter(goals__isnull=False, placements__isnull=False).order_by("pk").first()
        self.bench_page("overzicht van iemand", coordinator, reverse("participant_detail", args=[person.key]))
        figures = f"{reverse('figures')}?start={YEAR.start}&end={YEAR.end}"
        self.bench_page("pagina met jaarcijfers", manager, figures, runs=10)

    def bench_page(self, name: str, client: Client, url: str, runs: int = 30) -> None:
        size = len(self.expect(client.get(url)).content)
        page, bare = side_by_side(
            lambda: client.get(url), lambda: client.get(reverse("bare_page"), {"size": size}), runs
        )
        self.say(f"{name} ({size // 1000} kB)", page, bare, "2")

    def bench_board(self, people: int, workshops: int, aim: str) -> None:
        """The week board of a house of this size beside its template with the board at hand; then it is undone."""
        with transaction.atomic():
            today = timezone.localdate()
            add_house(people, workshops, today, Random(2025))  # noqa: S311 (invented)
            monday = today - timedelta(days=today.weekday())
            client, url = self.client(User.Role.COORDINATOR), reverse("workshop_week")
            queries = len(queries_of(lambda: self.expect(client.get(url))))
            board = week_board(Workshop.objects.select_related("location", "host"), monday)
            AT_HAND.update(week_context(board, monday, ""))
            whole, bare = side_by_side(lambda: client.get(url), lambda: client.get(reverse("bare_board")), 9)
            transaction.set_rollback(True)
        self.say(f"weekbord {people} × {workshops} ({queries} vragen)", whole, bare, aim)

    def bench_crowd(self) -> None:
        """The list and the search with ten thousand people, each beside the same page with those of the demo."""
        client = self.client(User.Role.COORDINATOR)
        few = {}
        for name, url in crowd_pages().items():
            rows = self.expect(client.get(url)).content.count(b'class="row-link"')
            few[name] = least(lambda url=url: self.expect(client.get(url))), rows
        add_crowd(CROWD - Participant.objects.count(), timezone.localdate(), Random(2025))  # noqa: S311 (invented)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")  # what its own caretaker does within a minute
        usual = lists.PAGE_SIZE
        for name, url in crowd_pages().items():
            took, rows = few[name]
            lists.PAGE_SIZE = rows or usual  # a page of more rows takes longer, however many people there are
            many = least(lambda url=url: self.expect(client.get(url)))
            self.say(f"10.000 mensen: {name}", many, took, "2")
        lists.PAGE_SIZE = usual

    def bench_report(self) -> None:
        self.say("jaarcijfers", *side_by_side(lambda: period_figures(YEAR), self.sql_by_hand, 10), "–")
        content = ReportContent(YEAR, default_sections())
        html = render_to_string(REPORT, report_document(content).context)
        whole, bare = side_by_side(lambda: report_document(content).pdf(), lambda: self.weasyprint_alone(html), 3)
        self.say("jaarverslag als pdf", whole, bare, "1,3")

    def weasyprint_alone(self, html: str) -> None:
        HTML(string=html, base_url=STATIC_HOST, url_fetcher=StaticFetcher()).write_pdf(pdf_variant="pdf/a-3a")

    def sql_by_hand(self) -> None:
        """What the figures of a year come down to: the same rows counted per workshop, day and target group."""
        with connection.cursor() as cursor:
            for column in ("a.workshop_id", "a.date", "t.target_group"):
                cursor.execute(
                    f"SELECT {column}, a.status, a.planned, s.state, COUNT(*) FROM workshops_attendance a"  # nosec B608 # noqa: S608
                    " JOIN workshops_session s ON s.id = a.session_id"
                    " JOIN participants_trajectory t ON t.id = a.trajectory_id"
                    " WHERE a.date BETWEEN %s AND %s GROUP BY 1, 2, 3, 4",
                    [YEAR.start, YEAR.end],
                )
                cursor.fetchall()

    def client(self, role: str) -> Client:
        client = Client()
        client.force_login(User.objects.filter(role=role).order_by("pk").first(), settings.AUTHENTICATION_BACKENDS[1])
        session = client.session
        begin_session(session)
        session.save()
        return client

    def expect(self, answer: HttpResponse, status: int = 200) -> HttpResponse:
        if answer.status_code != status:
            raise CommandError(f"{answer.request['PATH_INFO']} antwoordt {answer.status_code}")
        return answer


HTMX = {"hx-request": "true"}
