"""Adding people and changing what is known about them, where more than one row decides whether it may."""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Model, Q

from accounts.models import User
from participants.models import Application, Indication, Participant, Trajectory

# In years, at the start of a trajectory: below it the birth date is mistyped.
YOUNGEST = 10
SIMILAR = "Er is al iemand met deze geboortedatum en (bijna) deze naam. Kijk eerst of het dezelfde persoon is."
# The number of the lock under which people are added, one at a time.
_ADDING = 4_012_017
_MEANWHILE = "Iemand anders heeft dit intussen gewijzigd. Kijk het na en probeer het nog een keer."


@transaction.atomic
def add_participant(
    participant: Participant,
    application: Application,
    trajectory: Trajectory | None = None,
    indication: Indication | None = None,
    *,
    others: Collection[str] = (),
    by: User | None,
) -> Participant:
    """Add somebody with their application and, when they begin at once, a first trajectory; and maybe an indication.

    `others` are the keys of people of whom somebody said: this is not them. Raises `ValidationError` when anybody else
    has the same birth date and a similar name (`similar_people`), for a first day before the application, and for
    whatever the models refuse; then nothing is saved.
    """
    _take_turns()
    if any(person.key not in others for person in similar_people(participant)):
        raise ValidationError(SIMILAR, code="similar")
    _save(participant, by)
    for row in (trajectory, indication):
        if row is not None:
            row.participant = participant
            save_row(row, by=by)
    if trajectory is not None:
        if trajectory.start_date < application.applied_on:
            raise ValidationError({"start_date": "De eerste dag ligt voor de aanmelding."})
        application.set_started(trajectory, trajectory.start_date)
    application.participant = participant
    save_row(application, by=by)
    return participant


def similar_people(participant: Participant) -> list[Participant]:
    """Who may be the same person as somebody new: born on the same day, with a similar name."""
    people = Participant.objects.similar_to(participant).prefetch_related("trajectories__pauses")
    return list(people.select_related("district"))


def _take_turns() -> None:
    """Wait for whoever is adding somebody now, until their transaction ends: otherwise two could add one person.

    There is no row to lock yet. SQLite needs nothing: it has one writer at a time (`transaction_mode`).
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ADDING])


@transaction.atomic
def save_row(row: Model, *, by: User) -> None:
    """Save a row of one person, one change at a time.

    Raises `ValidationError` for whatever its constraints refuse, and for a trajectory that would leave placements,
    pauses or recorded attendance outside it.
    """
    lock_participant(row.participant_id)
    if isinstance(row, Trajectory):
        _check_trajectory(row)
    _save(row, by)


def save_participant(participant: Participant, *, by: User) -> None:
    """Save the facts of one person.

    Raises `ValidationError` for whatever the model refuses, and when somebody would be too young for a trajectory.
    """
    with transaction.atomic():
        _save(participant, by)
        for trajectory in participant.trajectories.all():
            _check_age(participant, trajectory)


def lock_participant(pk: int, *, to_remove: bool = False) -> Participant:
    """The person, after waiting for whoever was changing their facts; holds until the transaction ends.

    Who makes rows about many people at once, as registers are made, does not wait for it: they hold workshops for which
    we may be waiting. Unless the record is `to_remove`: then nothing new may come.
    """
    people = Participant.objects.select_for_update(of=("self",), no_key=not to_remove)
    people = people.filter(anonymised_on__isnull=True)
    return people.order_by("pk").get(pk=pk)


def _save(row: Model, by: User) -> None:
    row._history_user = by
    row.full_clean()
    try:
        row.save()
    except IntegrityError as error:
        raise ValidationError(_MEANWHILE) from error


def _check_trajectory(trajectory: Trajectory) -> None:
    start, end = trajectory.start_date, trajectory.end_date
    _check_age(trajectory.participant, trajectory)
    if trajectory.pk is None:
        return
    if trajectory.placements.filter(_outside(start, end)).exists():
        raise ValidationError("Er is een plaatsing buiten deze dagen. Wijzig eerst de plaatsing.")
    if trajectory.pauses.filter(_outside(start, end, open_end=False)).exists():
        raise ValidationError("Er is een onderbreking buiten deze dagen. Wijzig eerst de onderbreking.")
    recorded = trajectory.attendances.recorded()
    outside = Q(date__lt=start) | Q(date__gt=end) if end else Q(date__lt=start)
    if recorded.filter(outside).exists():
        raise ValidationError("Er is aanwezigheid ingevuld buiten deze dagen.")
    before = Trajectory.objects.get(pk=trajectory.pk)
    if before.target_group != trajectory.target_group and recorded.exists():
        raise ValidationError(
            {"target_group": "Er is al aanwezigheid ingevuld. Stop dit traject en begin een nieuw traject."}
        )


def _check_age(participant: Participant, trajectory: Trajectory) -> None:
    if trajectory.start_date and participant.age_on(trajectory.start_date) < YOUNGEST:
        sentence = f"Kijk de geboortedatum na: bij de start van een traject is iemand minstens {YOUNGEST} jaar."
        raise ValidationError({"birth_date": sentence})


def _outside(start, end, *, open_end: bool = True) -> Q:
    """Rows with a period that does not lie within `start` to `end`; `open_end`: no end counts as later than `end`."""
    if end is None:
        return Q(start_date__lt=start)
    later = Q(end_date__gt=end) | Q(start_date__gt=end)
    return Q(start_date__lt=start) | later | (Q(end_date__isnull=True) if open_end else Q())
