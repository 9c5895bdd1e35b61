"""The smallest good row of each model; a test names only what it is about."""

from datetime import date, timedelta
from uuid import uuid4

import factory
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.models import User
from impact.models import (
    Document,
    LadderPosition,
    Measurement,
    MeasurementChoice,
    MicroMeasurement,
    Rater,
    Report,
    ReportFile,
    ReportSection,
    ReportVersion,
    Score,
    Statement,
    Story,
)
from participants.models import (
    Allowance,
    Application,
    CitizenNumber,
    Consent,
    ConsentPurpose,
    ConsentText,
    Goal,
    GoalStep,
    Indication,
    LegalRepresentative,
    Note,
    NotTogether,
    Participant,
    PeopleIndicator,
    Practitioner,
    Trajectory,
    VolunteerProfile,
)
from partners.models import Collaboration, ContactPerson, Event, Organisation
from privacy.models import (
    Breach,
    BreachUpdate,
    ErasureProof,
    PersonalCopy,
    RetentionNotice,
    RightsRequest,
    Term,
)
from workshops.models import (
    Ability,
    AbilityGrant,
    Absence,
    Attendance,
    CalendarFeed,
    ClosedMonth,
    CorrectionRequest,
    DayPart,
    Duty,
    Job,
    LadderStep,
    Leave,
    Location,
    Milestone,
    MonthStatement,
    OneOff,
    Opening,
    Output,
    OutputType,
    Placement,
    Session,
    StatementLine,
    WaitingEntry,
    WalkIn,
    Workshop,
)

LONG_AGO = date(2024, 1, 1)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"medewerker{n}@pluspunt.test")
    name = factory.Sequence(lambda n: f"Medewerker {n}")
    role = User.Role.COACH


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Partner {n}")


class ContactPersonFactory(DjangoModelFactory):
    class Meta:
        model = ContactPerson

    organisation = factory.SubFactory(OrganisationFactory)
    name = "Wessel Tuinman"


class CollaborationFactory(DjangoModelFactory):
    class Meta:
        model = Collaboration

    name = factory.Sequence(lambda n: f"Samenwerking {n}")
    purpose = "Samen iets moois maken."
    start_date = LONG_AGO


class EventFactory(DjangoModelFactory):
    class Meta:
        model = Event

    collaboration = factory.SubFactory(CollaborationFactory)
    name = "Open dag"
    date = date(2026, 2, 14)


class MilestoneFactory(DjangoModelFactory):
    class Meta:
        model = Milestone

    collaboration = factory.SubFactory(CollaborationFactory)
    name = factory.Sequence(lambda n: f"Mijlpaal {n}")


class ParticipantFactory(DjangoModelFactory):
    class Meta:
        model = Participant

    nickname = factory.Iterator(["Achmed", "Cemile", "Dirk-Jan", "Fatima", "Gerrit", "Hülya", "Şazime", "Łukasz"])
    surname = factory.Sequence(lambda n: f"Bakker{n}")
    birth_date = date(1980, 5, 17)


class TrajectoryFactory(DjangoModelFactory):
    class Meta:
        model = Trajectory

    participant = factory.SubFactory(ParticipantFactory)
    target_group = Trajectory.TargetGroup.ACTIVATION
    start_date = LONG_AGO


class ApplicationFactory(DjangoModelFactory):
    class Meta:
        model = Application

    participant = factory.SubFactory(ParticipantFactory)
    applied_on = date(2026, 2, 2)
    referrer = Application.Referrer.NEIGHBOURHOOD_TEAM
    target_group = Trajectory.TargetGroup.ACTIVATION


class IndicationFactory(DjangoModelFactory):
    class Meta:
        model = Indication

    participant = factory.SubFactory(ParticipantFactory)
    start_date = LONG_AGO
    end_date = date(2030, 12, 31)
    volume = 4


class CitizenNumberFactory(DjangoModelFactory):
    """Of somebody who has an indication for it; the number is one of those that exist for tests."""

    class Meta:
        model = CitizenNumber

    participant = factory.SubFactory(ParticipantFactory)
    number = "999993653"
    entered_by = factory.SubFactory(UserFactory)


class PractitionerFactory(DjangoModelFactory):
    class Meta:
        model = Practitioner

    participant = factory.SubFactory(ParticipantFactory)
    name = "Evie van den Eerenbeemt"


class RepresentativeFactory(DjangoModelFactory):
    class Meta:
        model = LegalRepresentative

    participant = factory.SubFactory(ParticipantFactory)
    kind = LegalRepresentative.Kind.MENTOR
    name = "Bob Groenewoud"


class ConsentFactory(DjangoModelFactory):
    """To a photo; a consent to share names its recipient."""

    class Meta:
        model = Consent

    participant = factory.SubFactory(ParticipantFactory)
    purpose = ConsentPurpose.PHOTO
    text = factory.LazyAttribute(lambda consent: ConsentText.objects.filter(purpose=consent.purpose).first())
    given_on = date(2026, 1, 12)
    recorded_by = factory.SubFactory(UserFactory)


class NotTogetherFactory(DjangoModelFactory):
    class Meta:
        model = NotTogether

    first = factory.SubFactory(ParticipantFactory)
    second = factory.SubFactory(ParticipantFactory)
    recorded_by = factory.SubFactory(UserFactory)


class GoalFactory(DjangoModelFactory):
    class Meta:
        model = Goal

    participant = factory.SubFactory(ParticipantFactory)
    text = "Ik wil zelf mijn fiets repareren"
    field = Goal.Field.WORK
    indicator = "SELF_RELIANCE"
    start_date = date(2025, 12, 1)
    review_on = date(2026, 3, 9)


class GoalStepFactory(DjangoModelFactory):
    class Meta:
        model = GoalStep

    goal = factory.SubFactory(GoalFactory)
    text = "een band plakken"


class NoteFactory(DjangoModelFactory):
    class Meta:
        model = Note

    participant = factory.SubFactory(ParticipantFactory)
    author = factory.SubFactory(UserFactory)
    text = "Werkte de hele ochtend door"
    date = date(2026, 3, 2)


class LocationFactory(DjangoModelFactory):
    class Meta:
        model = Location
        django_get_or_create = ["name"]

    name = "West"


class WorkshopFactory(DjangoModelFactory):
    class Meta:
        model = Workshop
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Fietsenwerkplaats {n}")
    discipline = Workshop.Discipline.BIKE
    location = factory.SubFactory(LocationFactory)
    registered_from = date(2026, 1, 1)

    @factory.post_generation
    def coaches(self, create, extracted, **kwargs):
        if create and extracted:
            self.coaches.set(extracted)


class OpeningFactory(DjangoModelFactory):
    class Meta:
        model = Opening

    workshop = factory.SubFactory(WorkshopFactory)
    weekday = 1
    day_part = DayPart.MORNING
    capacity = 8
    start_date = LONG_AGO


class PlacementFactory(DjangoModelFactory):
    class Meta:
        model = Placement

    trajectory = factory.SubFactory(TrajectoryFactory)
    participant = factory.SelfAttribute("trajectory.participant")
    workshop = factory.SubFactory(WorkshopFactory)
    weekday = 1
    day_part = DayPart.MORNING
    start_date = LONG_AGO


class SessionFactory(DjangoModelFactory):
    class Meta:
        model = Session

    workshop = factory.SubFactory(WorkshopFactory)
    date = date(2026, 3, 2)
    day_part = DayPart.MORNING
    capacity = 8


class VolunteerFactory(TrajectoryFactory):
    """The trajectory of a skilled volunteer."""

    target_group = Trajectory.TargetGroup.SKILLED_VOLUNTEER


class VolunteerProfileFactory(DjangoModelFactory):
    class Meta:
        model = VolunteerProfile

    participant = factory.LazyFunction(lambda: VolunteerFactory().participant)
    craft = "fietsenmaker"


class AllowanceFactory(DjangoModelFactory):
    class Meta:
        model = Allowance

    participant = factory.LazyFunction(lambda: VolunteerFactory().participant)
    paid_on = date(2026, 2, 2)
    amount = 50


class AbilityFactory(DjangoModelFactory):
    class Meta:
        model = Ability

    workshop = factory.SubFactory(WorkshopFactory)
    name = factory.Sequence(lambda n: f"band plakken {n}")


class AbilityGrantFactory(DjangoModelFactory):
    class Meta:
        model = AbilityGrant

    participant = factory.SubFactory(ParticipantFactory)
    ability = factory.SubFactory(AbilityFactory)
    granted_on = date(2026, 2, 2)
    granted_by = factory.SubFactory(UserFactory)


class LadderStepFactory(DjangoModelFactory):
    class Meta:
        model = LadderStep

    participant = factory.SubFactory(ParticipantFactory)
    workshop = factory.SubFactory(WorkshopFactory)
    step = LadderStep.Step.MAKER
    granted_on = date(2026, 2, 2)
    granted_by = factory.SubFactory(UserFactory)


class CorrectionRequestFactory(DjangoModelFactory):
    """Somebody who did not come should be present."""

    class Meta:
        model = CorrectionRequest

    status = Attendance.Status.PRESENT
    why = "Stond op de papieren lijst"
    asked_by = factory.SubFactory(UserFactory)


class JobFactory(DjangoModelFactory):
    class Meta:
        model = Job

    workshop = factory.SubFactory(WorkshopFactory)
    title = factory.Sequence(lambda n: f"bakfiets {n} opknappen")


class OutputFactory(DjangoModelFactory):
    class Meta:
        model = Output

    workshop = factory.SubFactory(WorkshopFactory)
    type = factory.LazyFunction(lambda: OutputType.objects.get(name="fietsen gerepareerd"))
    quantity = 3
    date = date(2026, 3, 2)
    key = factory.LazyFunction(uuid4)
    recorded_by = factory.SubFactory(UserFactory)


class StoryFactory(DjangoModelFactory):
    """Of nobody in particular, with a picture."""

    class Meta:
        model = Story

    text = "Ik kom hier elke week met een glimlach vandaan."
    shown_as = "Sam"
    told_on = date(2026, 2, 2)
    picture = b"a jpeg"
    picture_text = "Handen die een band plakken"
    recorded_by = factory.SubFactory(UserFactory)


class AbsenceFactory(DjangoModelFactory):
    class Meta:
        model = Absence

    participant = factory.SubFactory(ParticipantFactory)
    start_date = date(2026, 3, 9)
    end_date = date(2026, 3, 13)
    taken_by = factory.SubFactory(UserFactory)


def visitor() -> Attendance:
    session, trajectory = SessionFactory(), TrajectoryFactory()
    return Attendance.objects.create(
        session=session,
        trajectory=trajectory,
        participant=trajectory.participant,
        workshop=session.workshop,
        date=session.date,
        day_part=session.day_part,
        planned=False,
        status=Attendance.Status.PRESENT,
        recorded_at=timezone.now(),
    )


class WalkInFactory(DjangoModelFactory):
    """Somebody who was not planned is in a session of Monday 2 March with too many people."""

    class Meta:
        model = WalkIn

    attendance = factory.LazyFunction(visitor)
    is_over_capacity = True


class DutyFactory(DjangoModelFactory):
    """A coach who is in a workshop on Monday mornings."""

    class Meta:
        model = Duty

    user = factory.SubFactory(UserFactory)
    workshop = factory.SubFactory(WorkshopFactory)
    weekday = 1
    day_part = DayPart.MORNING
    start_date = LONG_AGO


class LeaveFactory(DjangoModelFactory):
    class Meta:
        model = Leave

    user = factory.SubFactory(UserFactory)
    start_date = date(2026, 3, 2)
    end_date = date(2026, 3, 2)
    taken_by = factory.SelfAttribute("user")


class OneOffFactory(DjangoModelFactory):
    """Somebody who does not come to `away_from`, or comes to `comes_to`."""

    class Meta:
        model = OneOff

    trajectory = factory.SubFactory(TrajectoryFactory)
    participant = factory.SelfAttribute("trajectory.participant")


class WaitingEntryFactory(DjangoModelFactory):
    class Meta:
        model = WaitingEntry

    participant = factory.SubFactory(ParticipantFactory)
    workshop = factory.SubFactory(WorkshopFactory)
    asked_on = date(2026, 2, 2)
    recorded_by = factory.SubFactory(UserFactory)


class CalendarFeedFactory(DjangoModelFactory):
    """Of a participant."""

    class Meta:
        model = CalendarFeed

    participant = factory.SubFactory(ParticipantFactory)
    token_hash = factory.Sequence(lambda n: f"{n:064x}")
    made_by = factory.SubFactory(UserFactory)


class MonthStatementFactory(DjangoModelFactory):
    class Meta:
        model = MonthStatement

    month = factory.LazyAttribute(
        lambda statement: ClosedMonth.objects.create(month=date(2026, 1, 1), closed_by=statement.made_by)
    )
    version = 1
    made_by = factory.SubFactory(UserFactory)
    fingerprint = "0" * 64


class StatementLineFactory(DjangoModelFactory):
    class Meta:
        model = StatementLine

    statement = factory.SubFactory(MonthStatementFactory)
    participant = factory.SubFactory(ParticipantFactory)
    name = factory.SelfAttribute("participant.list_name")
    delivered = 4
    cap = 4
    claimable = 4


class DocumentFactory(DjangoModelFactory):
    """A document that is ready."""

    class Meta:
        model = Document

    kind = "annual_report"
    title = "Jaarverslag impact 2026"
    parameters = {"year": 2026}
    state = Document.State.READY
    progress = 100
    attempts = 1
    requested_by = factory.SubFactory(UserFactory, role=User.Role.MANAGEMENT)
    ready_at = factory.LazyFunction(timezone.now)
    name = "Jaarverslag impact 2026.pdf"
    content_type = "application/pdf"
    content = b"%PDF-"


class MeasurementFactory(DjangoModelFactory):
    """A draft of a participant who takes part; `finished_measurement` answers it."""

    class Meta:
        model = Measurement

    trajectory = factory.SubFactory(TrajectoryFactory)
    participant = factory.SelfAttribute("trajectory.participant")
    moment = Measurement.Moment.BASELINE
    rater = Rater.SELF
    taken_on = factory.LazyFunction(timezone.localdate)
    taken_by = factory.SubFactory(UserFactory)


class MeasurementChoiceFactory(DjangoModelFactory):
    class Meta:
        model = MeasurementChoice

    participant = factory.SubFactory(ParticipantFactory)
    takes_part = True
    text = factory.LazyFunction(lambda: ConsentText.objects.get(purpose=ConsentPurpose.MEASURE))
    decided_on = factory.LazyFunction(timezone.localdate)
    recorded_by = factory.SubFactory(UserFactory)


class ScoreFactory(DjangoModelFactory):
    """What a finished measurement says of one indicator; growth is written by `write_growth`."""

    class Meta:
        model = Score

    measurement = factory.SubFactory(MeasurementFactory, finished_at=factory.LazyFunction(timezone.now))
    participant = factory.SelfAttribute("measurement.participant")
    rater = factory.SelfAttribute("measurement.rater")
    taken_on = factory.SelfAttribute("measurement.taken_on")
    indicator = PeopleIndicator.SELF_CONFIDENCE
    points = 6
    answered = 2
    asked = 3


class MicroMeasurementFactory(DjangoModelFactory):
    class Meta:
        model = MicroMeasurement

    participant = factory.SubFactory(ParticipantFactory)
    statement = factory.LazyFunction(lambda: Statement.objects.first())
    value = 4
    taken_by = factory.SubFactory(UserFactory)
    key = factory.LazyFunction(uuid4)


class LadderPositionFactory(DjangoModelFactory):
    class Meta:
        model = LadderPosition

    participant = factory.SubFactory(ParticipantFactory)
    year = 2026
    half = 1
    rung = 3
    recorded_by = factory.SubFactory(UserFactory)


class ReportFactory(DjangoModelFactory):
    """A report without sections, being written."""

    class Meta:
        model = Report

    year = 2026
    title = "Jaarverslag impact"


class ReportSectionFactory(DjangoModelFactory):
    class Meta:
        model = ReportSection

    report = factory.SubFactory(ReportFactory)
    kind = ReportSection.Kind.FOREWORD
    position = 1


LISTS = ["figures", "sections", "indicators", "factors", "statements", "targets", "changes"]
EMPTY_CONTENT = {"title": "", "subtitle": "", "organisation": {}} | {name: [] for name in LISTS}


class ReportFileFactory(DjangoModelFactory):
    """The one file of a published first version."""

    class Meta:
        model = ReportFile

    class Params:
        report = factory.SubFactory(ReportFactory)

    version = factory.LazyAttribute(
        lambda file: ReportVersion.objects.create(
            report=file.report,
            number=1,
            published_by=UserFactory(role=User.Role.MANAGEMENT),
            content=EMPTY_CONTENT,
            fingerprint="0" * 64,
        )
    )
    name = "Jaarverslag impact 2026 versie 1.pdf"
    title = "Jaarverslag impact"
    content_type = "application/pdf"
    content = b"%PDF-"
    sha256 = "1" * 64


class RightsRequestFactory(DjangoModelFactory):
    """Somebody asks for a copy of everything about them."""

    class Meta:
        model = RightsRequest

    class Params:
        person = factory.SubFactory(ParticipantFactory)

    content_type = factory.LazyAttribute(lambda asked: ContentType.objects.get_for_model(asked.person))
    object_id = factory.SelfAttribute("person.pk")
    kind = RightsRequest.Kind.ACCESS
    identity = RightsRequest.Identity.KNOWN
    recorded_by = factory.SubFactory(UserFactory, role=User.Role.COORDINATOR)


class PersonalCopyFactory(DjangoModelFactory):
    """A copy that is made; what is in it is no copy of anything."""

    class Meta:
        model = PersonalCopy
        skip_postgeneration_save = True

    request = factory.SubFactory(RightsRequestFactory)
    asked_by = factory.SelfAttribute("request.recorded_by")
    made_at = factory.LazyFunction(timezone.now)

    @factory.post_generation
    def content(copy, create, extracted, **kwargs):
        for name, content in (("pdf", b"%PDF-"), ("json", b"{}"), ("names", b"[]")):
            copy.seal_bytes(name, content)
        copy.save()


class RetentionNoticeFactory(DjangoModelFactory):
    """The record of somebody who left more than two years ago."""

    class Meta:
        model = RetentionNotice
        exclude = ["participant"]

    participant = factory.SubFactory(ParticipantFactory)
    content_type = factory.LazyFunction(lambda: ContentType.objects.get_for_model(Participant))
    object_id = factory.SelfAttribute("participant.pk")
    term = Term.OTHER
    ended_on = date(2024, 2, 20)
    due_on = date(2026, 2, 20)
    warned_on = date(2026, 2, 20)
    erase_on = date(2026, 3, 22)


class ErasureProofFactory(DjangoModelFactory):
    class Meta:
        model = ErasureProof

    why = ErasureProof.Why.TERM_OVER
    counts = {"participants.Note": 3, "participants.Participant": 1, "participants.HistoricalNote": 4}
    digest = "0" * 64


class BreachFactory(DjangoModelFactory):
    """A tablet is gone, since an hour."""

    class Meta:
        model = Breach

    discovered_at = factory.LazyFunction(lambda: timezone.now() - timedelta(hours=1))
    cause = Breach.Cause.LOST
    what = "Een tablet is weg uit de keuken."
    who = "deelnemers"
    data = "naam, aanwezigheid"
    contact = "Coördinator Cor, 010 123 45 67"
    reported_by = factory.SubFactory(UserFactory, role=User.Role.COORDINATOR)


class BreachUpdateFactory(DjangoModelFactory):
    class Meta:
        model = BreachUpdate

    by = factory.SubFactory(UserFactory, role=User.Role.COORDINATOR)
    breach = factory.SubFactory(BreachFactory, reported_by=factory.SelfAttribute("..by"))
    text = "Vastgelegd"
