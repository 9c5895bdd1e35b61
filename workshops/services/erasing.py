"""What becomes of planning and attendance when somebody is erased: who came when is counted, under nobody's name."""

from collections import Counter
from collections.abc import Iterable

from django.db.models import Case, Model, Q, QuerySet, Value, When

from participants.models import Goal, Indication, Participant, Pause, Trajectory
from privacy.models import RightsRequest
from privacy.services.erasing import Rule
from workshops.models import (
    AbilityGrant,
    Absence,
    Attendance,
    AttendanceChange,
    CalendarFeed,
    Call,
    CorrectionRequest,
    EventVisit,
    LadderStep,
    OneOff,
    Placement,
    Snooze,
    StatementLine,
    WaitingEntry,
    WalkIn,
)
from workshops.services.attention.items import Kind

NOBODY = "Anoniem"
_ATTENDED = "opkomst, bezetting en bereik tellen deze regel"
_PLANNED = "planning en cijfers tellen wie waar een plek had"
# What the number in the name of a thing on the list is of ("indicatie-12"), for things about a person.
ITEMS = {
    Participant: (Kind.NOT_SEEN, Kind.NO_PLACE, Kind.CERTIFICATE, Kind.MEASUREMENT, Kind.RETENTION),
    RightsRequest: (Kind.RIGHTS,),
    Attendance: (Kind.CALL,),
    WalkIn: (Kind.WALK_IN,),
    CorrectionRequest: (Kind.CORRECTION,),
    Pause: (Kind.PAUSE,),
    Placement: (Kind.CLOSED_PLACE, Kind.TRIAL_PLACE),
    Trajectory: (Kind.TRIAL,),
    Goal: (Kind.REVIEW,),
    Indication: (Kind.EXPIRED, Kind.INDICATION, Kind.USE, Kind.START_NOTICE, Kind.STOP_NOTICE),
}
_LEADS_TO = {
    Participant: "pk",
    # Known by type and key: all of them are about participants.
    RightsRequest: "object_id",
    WalkIn: "attendance__participant",
    CorrectionRequest: "attendance__participant",
    Pause: "trajectory__participant",
}

ERASING = [
    Rule(AttendanceChange, of=("attendance__participant",), delete=True),
    Rule(CorrectionRequest, of=("attendance__participant",), delete=True),
    Rule(WalkIn, of=("attendance__participant",), delete=True),
    Rule(Call, of=("about__participant",), delete=True),
    Rule(CalendarFeed, delete=True),
    Rule(
        Attendance,
        blank={"reason": None, "arrived_at": None, "left_at": None},
        keep={
            "session trajectory workshop date day_part planned status": _ATTENDED,
            "job": "een klus telt hoeveel mensen eraan werkten",
            "absence version recorded_by recorded_at": "hoe vol het register is ingevuld",
        },
    ),
    Rule(
        Absence,
        blank={"reason": None, "reported_by": Absence.ReportedBy.OTHER},
        keep={
            "start_date end_date day_part taken_by taken_at withdrawn_by withdrawn_at": "het register volgt eruit",
        },
    ),
    Rule(
        OneOff,
        keep={"trajectory away_from comes_to made_by made_at withdrawn_by withdrawn_at": "het register volgt eruit"},
    ),
    Rule(
        WaitingEntry,
        blank={
            "asked_by": WaitingEntry.AskedBy.STAFF,
            "wish": "",
            "urgency": WaitingEntry.Urgency.NORMAL,
            "reason": Case(When(Q(reason=""), then=Value("")), default=Value("gewist")),
        },
        keep={
            "workshop weekday day_part asked_on state decided_on placement recorded_by": (
                "hoe lang mensen op een plek wachten"
            ),
        },
    ),
    Rule(
        Placement,
        blank={"trial_until": None, "end_reason": ""},
        keep={"start_date end_date trajectory workshop weekday day_part weeks": _PLANNED},
    ),
    Rule(
        StatementLine,
        blank={"name": NOBODY, "number": None, "allocation_number": None},
        keep={
            "statement indication scheme municipality_code product_category product_code amount start_date end_date"
            " delivered cap claimable cut_reason": "wat er gedeclareerd is, staat vast",
        },
    ),
    Rule(EventVisit, keep={"event": "hoeveel deelnemers er bij een evenement waren"}),
    Rule(
        AbilityGrant,
        keep={"granted_on granted_by ability withdrawn_on withdrawn_by": "hoeveel er geleerd is per werkplaats"},
    ),
    Rule(LadderStep, keep={"granted_on granted_by workshop step": "hoeveel er geleerd is per werkplaats"}),
]


def rows_of_items(model: type[Model], numbers: Iterable[int]) -> QuerySet:
    """The rows of a model of `ITEMS` that are about these people."""
    return model._base_manager.filter(**{f"{_LEADS_TO.get(model, 'participant')}__in": numbers}).order_by()


def clear_snoozes(numbers: Iterable[int]) -> Counter:
    """Takes away what was said about putting things off that were about these people."""
    found = Q(pk__in=[])
    for model, kinds in ITEMS.items():
        for pk in rows_of_items(model, numbers).values_list("pk", flat=True):
            for kind in kinds:
                found |= Q(item__startswith=f"{kind.slug}-{pk}/")
    return Counter(Snooze.objects.filter(found).delete()[1])


CLEARING = clear_snoozes
