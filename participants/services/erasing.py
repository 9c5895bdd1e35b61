"""What becomes of a record when somebody is erased: these fields go, those stay because figures count them."""

from django.db.models import Case, Q, Value, When
from django.utils import timezone

from participants.models import (
    Allowance,
    Application,
    CitizenNumber,
    Consent,
    Goal,
    GoalStep,
    Indication,
    LegalRepresentative,
    MergedParticipant,
    Note,
    NoteDraft,
    NotTogether,
    Participant,
    Pause,
    Practitioner,
    RenewalStep,
    Review,
    SentDocument,
    Trajectory,
    VolunteerProfile,
)
from participants.models.people import EARLIEST_BIRTH
from participants.services.people import lock_participant
from participants.services.retention import erasure_checks, people_who_left
from privacy.services.erasing import People, Rule

# What stands where a sentence must stand.
ERASED = "gewist"
# In the place of a name.
NOBODY = "Anoniem"


def make_nobody() -> Participant:
    """A person without a name in whose name figures go on counting; no figure asks an age, a gender or a district."""
    nobody = Participant(nickname=NOBODY, surname="", birth_date=EARLIEST_BIRTH, anonymised_on=timezone.localdate())
    # Without a line in the history: there is nothing to tell.
    return Participant.objects.bulk_create([nobody])[0]


def lock_to_erase(pk: int) -> Participant:
    """The person, while nobody makes rows about them; raises `Participant.DoesNotExist` for who is gone or nameless."""
    return lock_participant(pk, to_remove=True)


def former_numbers(person: Participant) -> list[tuple[int, str]]:
    """The numbers and keys of records that became part of this one."""
    return list(person.merged_records.values_list("former_pk", "former_key"))


def all_keys() -> list[tuple[int, str]]:
    """Number and key of everybody with a name; a key of a merged record leads to the person whom it became."""
    own = Participant.objects.filter(anonymised_on__isnull=True).order_by().values_list("pk", "key")
    return [*own, *MergedParticipant.objects.order_by().values_list("kept", "former_key")]


def _said(name: str) -> Case:
    """A sentence that a rule of the database asks for stays there, without what it said."""
    return Case(When(Q(**{name: ""}), then=Value("")), default=Value(ERASED))


PEOPLE = People(
    Participant,
    lock=lock_to_erase,
    former=former_numbers,
    all_keys=all_keys,
    nobody=make_nobody,
    left=people_who_left,
    checks=erasure_checks,
)
_PERIOD = "start_date end_date"
_COUNTED = "in-, door- en uitstroom tellen wie wanneer begon en stopte, en waarheen iemand ging"
_OWED = "benutting telt op hoeveel dagdelen iemand recht had, en wat er gedeclareerd is staat vast"

ERASING = [
    Rule(CitizenNumber, delete=True),
    Rule(NoteDraft, delete=True),
    Rule(Note, delete=True),
    Rule(GoalStep, of=("goal__participant",), delete=True),
    Rule(Review, of=("goal__participant",), delete=True),
    Rule(Goal, delete=True),
    Rule(SentDocument, delete=True),
    Rule(
        Consent,
        delete=Q(purpose="SHARE"),
        keep={
            "text purpose given_on withdrawn_on recorded_by": "dat er toestemming was, moet te tonen zijn (AVG art. 7)",
            "practitioner representative organisation": "leeg bij alles wat blijft",
        },
    ),
    Rule(Practitioner, delete=True),
    Rule(LegalRepresentative, delete=True),
    Rule(NotTogether, of=("first", "second"), delete=True),
    Rule(RenewalStep, of=("indication__participant",), delete=True),
    Rule(
        Indication,
        blank={
            "allocation_number": None,
            "decision_number": "",
            "decision_date": None,
            "remarks": "",
            "end_reason": "",
            "start_notice_on": None,
            "stop_notice_on": None,
        },
        keep={
            f"{_PERIOD} scheme municipality_code product_category product_code volume unit frequency": _OWED,
        },
    ),
    Rule(
        Application,
        blank={
            "referrer": Application.Referrer.OTHER,
            "referrer_organisation": None,
            "referrer_name": "",
            "wish": "",
            "intake_on": None,
            "reason": _said("reason"),
        },
        keep={"applied_on target_group state decided_on trajectory": "de wachttijd telt vanaf de aanmelding"},
    ),
    Rule(
        Pause,
        of=("trajectory__participant",),
        blank={"reason": "", "expected_until": None},
        keep={f"{_PERIOD} trajectory": "op deze dagen telt iemand niet mee in de opkomst"},
    ),
    Rule(
        Trajectory,
        blank={"trial_until": None, "end_reason": ""},
        keep={
            f"{_PERIOD} target_group strand_social strand_educational strand_work destination moved_from": _COUNTED,
        },
    ),
    Rule(VolunteerProfile, delete=True),
    Rule(Allowance, delete=True),
    Rule(MergedParticipant, of=("kept",), delete=True),
]
