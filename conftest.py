"""The fixed cast of the tests, and the day on which they play."""

import sys
from datetime import date

import pytest
import time_machine
from django.conf import settings as django_settings
from django.db import connection
from django.template import engines
from django.test import Client

from accounts.models import User
from accounts.services.sessions import begin_session
from accounts.services.tablets import enrol_tablet
from impact.models import Factor, Indicator, StoryUse
from participants.models import Consent, ConsentPurpose, ConsentText, Participant, Pause, SentDocument
from participants.services.documents import record_sent_document
from pluspunt.periods import Period
from pluspunt.tests.factories import (
    AbilityGrantFactory,
    AbsenceFactory,
    AllowanceFactory,
    ApplicationFactory,
    BreachUpdateFactory,
    CalendarFeedFactory,
    CitizenNumberFactory,
    ConsentFactory,
    ContactPersonFactory,
    CorrectionRequestFactory,
    DocumentFactory,
    DutyFactory,
    ErasureProofFactory,
    EventFactory,
    GoalStepFactory,
    IndicationFactory,
    JobFactory,
    LadderStepFactory,
    LeaveFactory,
    MeasurementFactory,
    MicroMeasurementFactory,
    MilestoneFactory,
    NoteFactory,
    NotTogetherFactory,
    OneOffFactory,
    OpeningFactory,
    OrganisationFactory,
    OutputFactory,
    PersonalCopyFactory,
    PlacementFactory,
    PractitionerFactory,
    ReportFileFactory,
    ReportSectionFactory,
    RepresentativeFactory,
    RetentionNoticeFactory,
    RightsRequestFactory,
    ScoreFactory,
    StatementLineFactory,
    StoryFactory,
    UserFactory,
    WaitingEntryFactory,
    WalkInFactory,
    WorkshopFactory,
)
from privacy.services.append_only import triggers_lifted
from workshops.models import Closure, DayPart, ImportDraft, Session, StandIn
from workshops.services.sessions import ensure_sessions

MONDAY = date(2026, 3, 2)


class UndefinedVariable(str):
    """Stands where a template of ours asks for something that its view did not give: that fails the test."""

    def __mod__(self, name):
        context = sys._getframe(1).f_locals["context"]
        origin = context.render_context.template.origin.name
        if origin.startswith(str(django_settings.BASE_DIR / "templates")):
            raise AssertionError(f"undefined template variable {name} in {origin}")
        return ""


@pytest.fixture(autouse=True)
def fail_on_undefined_variables():
    """Before every test: one that changes settings may have made the engine anew."""
    engines["django"].engine.string_if_invalid = UndefinedVariable("%s")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, tmp_path_factory):
    """On SQLite the tests run in a file, as production does: in memory two connections cannot write at once."""
    database = django_settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Keys begin above a thousand, as they soon do in use: a page that writes one as "1.234" then fails."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%'")
            tables = [name for (name,) in cursor.fetchall()]
            cursor.execute("DELETE FROM sqlite_sequence")
            cursor.executemany("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [(t, 4000) for t in tables])
        else:
            cursor.execute("SELECT setval(oid::regclass, 4000) FROM pg_class WHERE relkind = 'S'")


@pytest.fixture(scope="session", autouse=True)
def flush_may_empty_the_log():
    """After a test with real transactions Django empties every table: only here the log may be emptied too."""
    flush = connection.ops.execute_sql_flush

    def flush_with_the_log(statements):
        with triggers_lifted():
            flush(statements)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection.ops, "execute_sql_flush", flush_with_the_log)
        yield


@pytest.fixture(autouse=True)
def quick_settings(settings):
    """Passwords and static files without the work that only production needs."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def monday():
    """It is Monday 2 March 2026, ten past nine in the morning in Rotterdam."""
    with time_machine.travel("2026-03-02T09:10:00+01:00", tick=False):
        yield MONDAY


@pytest.fixture
def coach(db):
    return UserFactory(name="Coach Carla", role=User.Role.COACH)


@pytest.fixture
def coordinator(db):
    return UserFactory(name="Coördinator Cor", role=User.Role.COORDINATOR)


@pytest.fixture
def manager(db):
    return UserFactory(name="Manager Mo", role=User.Role.MANAGEMENT)


@pytest.fixture
def administrator(db):
    return UserFactory(name="Beheerder Bea", role=User.Role.ADMINISTRATOR)


@pytest.fixture
def workshop(coach):
    """The coach's workshop, open on Monday mornings with eight places."""
    workshop = WorkshopFactory(name="Fietsenwerkplaats West", coaches=[coach])
    OpeningFactory(workshop=workshop)
    return workshop


@pytest.fixture
def session(monday, workshop) -> Session:
    """This morning's session, with three people planned."""
    PlacementFactory.create_batch(3, workshop=workshop)
    ensure_sessions(monday)
    return workshop.sessions.get(date=monday, day_part=DayPart.MORNING)


@pytest.fixture(autouse=True)
def sign_in_fully(monkeypatch):
    """`force_login` goes past the sign-in page, which writes down when somebody signed in: so this does."""
    force_login = Client.force_login

    def force_login_now(client, user, backend=None):
        force_login(client, user, backend)
        session = client.session
        begin_session(session)
        session.save()

    monkeypatch.setattr(Client, "force_login", force_login_now)


@pytest.fixture
def signed_in(client):
    """A client signed in as the given user: `signed_in(coach).get(...)`."""

    def sign_in(user):
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


def sent_document_about(person: Participant, *, by: User) -> SentDocument:
    """A document that somebody's practitioner received, with consent."""
    text = ConsentText.objects.get(purpose=ConsentPurpose.SHARE)
    # Another name than that of the other one, so that the order of a list is not left to chance.
    practitioner = PractitionerFactory(participant=person, name="Zeynep Arslan")
    consent = Consent.objects.create(
        participant=person, text=text, purpose=text.purpose, practitioner=practitioner, recorded_by=by
    )
    period = Period(date(2026, 1, 1), date(2026, 2, 28))
    return record_sent_document(person, SentDocument.Kind.PROGRESS_REPORT, consent, period, b"%PDF-", by=by)


EMPTY_REPORT = {"year": 2025, "files": [], "refusals": [], "differences": [], "notes": []}


@pytest.fixture
def world(monday, coach, coordinator, manager, administrator):
    """One of everything, in the workshop of the coach; what an address needs, by name."""
    workshop = WorkshopFactory(coaches=[coach])
    opening = OpeningFactory(workshop=workshop)
    placement = PlacementFactory(workshop=workshop, start_date=date(2026, 2, 2))
    person, trajectory = placement.participant, placement.trajectory
    pause = Pause.objects.create(trajectory=trajectory, start_date=date(2026, 2, 9), end_date=date(2026, 2, 9))
    ensure_sessions(monday)
    allowance = AllowanceFactory()
    return {
        "users": {
            "coach": coach,
            "other_coach": UserFactory(role=User.Role.COACH),
            "coordinator": coordinator,
            "management": manager,
            "administrator": administrator,
        },
        "workshop_id": workshop.pk,
        "session": workshop.sessions.get(date=monday).pk,
        "day": monday,
        "past_month": date(2026, 2, 1),
        "part": DayPart.MORNING,
        "weekday": opening.weekday,
        "attendance": person.attendances.earliest("date").pk,
        "correction": CorrectionRequestFactory(attendance=person.attendances.earliest("date")).pk,
        "key": person.key,
        "trajectory": trajectory.pk,
        "placement": placement.pk,
        "pause": pause.pk,
        "application": ApplicationFactory(participant=person).pk,
        "indication": IndicationFactory(participant=person).pk,
        "citizen_number": CitizenNumberFactory(participant=person).pk,
        "practitioner": PractitionerFactory(participant=person).pk,
        "sent_document": sent_document_about(person, by=coordinator).pk,
        "representative": RepresentativeFactory(participant=person).pk,
        "consent": ConsentFactory(participant=person).pk,
        "pair": NotTogetherFactory(first=person).pk,
        "ladder_step": LadderStepFactory(participant=person, workshop=workshop).pk,
        "ability_grant": AbilityGrantFactory(participant=person, ability__workshop=workshop).pk,
        "volunteer": allowance.participant.key,
        "allowance": allowance.pk,
        "draft": ImportDraft.objects.create(made_by=coordinator, rows={"report": EMPTY_REPORT}).pk,
        "organisation": OrganisationFactory(start_date=date(2026, 1, 1)).pk,
        "contact": ContactPersonFactory().pk,
        "collaboration": (event := EventFactory()).collaboration_id,
        "event": event.pk,
        "milestone": MilestoneFactory(picture=b"a jpeg", picture_text="Een werkbank").pk,
        "goal": (step := GoalStepFactory(goal__participant=person)).goal_id,
        "step": step.pk,
        "note": NoteFactory(participant=person, author=coach).pk,
        "job": JobFactory(workshop=workshop).pk,
        "output": OutputFactory(workshop=workshop).pk,
        "absence": AbsenceFactory(participant=person, taken_by=coach).pk,
        "walk_in": (walk_in := WalkInFactory()).pk,
        "item": f"inloper-{walk_in.pk}",
        "waiting": WaitingEntryFactory(participant=person, workshop=workshop).pk,
        "duty": DutyFactory(user=coach, workshop=workshop).pk,
        "leave": LeaveFactory(user=coach).pk,
        "stand_in": StandIn.objects.create(
            session=workshop.sessions.get(date=date(2026, 2, 23)), user=UserFactory(role=User.Role.COACH)
        ).pk,
        "one_off": OneOffFactory(trajectory=trajectory, away_from=workshop.sessions.get(date=date(2026, 2, 23))).pk,
        "measurement": ScoreFactory(
            measurement__trajectory=trajectory, measurement__finished_at="2026-03-01T10:00+01:00"
        ).measurement_id,
        "draft_measurement": MeasurementFactory(trajectory=trajectory, rater="COACH").pk,
        "statement": MicroMeasurementFactory(participant=person, taken_by=coach).statement_id,
        "feed": CalendarFeedFactory(participant=person).pk,
        "token": "nobody",
        "statement_day": (line := StatementLineFactory(participant=person)).statement.month.month,
        "statement_version": line.statement.version,
        "location": workshop.location_id,
        "closure": Closure.objects.create(start_date=date(2026, 4, 27), end_date=date(2026, 4, 27), reason="feest").pk,
        "story": (story := StoryFactory(participant=person, recorded_by=coach)).pk,
        "story_use": StoryUse.objects.create(story=story, use="ANNUAL_REPORT", recorded_by=coach).pk,
        "indicator": Indicator.objects.filter(scope="SOCIETY").first().pk,
        "factor": Factor.objects.first().pk,
        "notice": RetentionNoticeFactory(participant=person).pk,
        "proof": ErasureProofFactory().number,
        "account": coach.pk,
        "tablet": enrol_tablet("Tablet fietsen", by=administrator)[0].pk,
        "made_document": DocumentFactory(requested_by=manager).pk,
        "section": (
            section := ReportSectionFactory(picture=b"a jpeg", picture_text="Een bank", picture_consent="Ja")
        ).pk,
        "report_file": ReportFileFactory(report=section.report).pk,
        "breach": BreachUpdateFactory(by=coordinator).breach_id,
        "rights_request": (asked := RightsRequestFactory(person=person)).pk,
        "personal_copy": PersonalCopyFactory(request=asked).pk,
        "report_version": 1,
        "year": 2026,
        "figure": "attendance.planned",
    }
