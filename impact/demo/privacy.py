"""What privacy keeps in the demo: requests and data breaches, over and under way."""

from datetime import date, datetime, time, timedelta

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from accounts.models import User
from impact.demo.people import ACCOUNTS
from participants.models import Participant
from privacy.models import Breach, BreachUpdate, PersonalCopy, RightsRequest

ASKED_BEFORE = timedelta(days=75)
BREACH_BEFORE = timedelta(days=120)
OPEN_REQUEST_BEFORE = timedelta(days=5)


def add_privacy(today: date) -> None:
    """A copy that was handed over and a correction that waits; a list on the wrong table and a mail of yesterday."""
    by = User.objects.get(email=ACCOUNTS[User.Role.COORDINATOR][0])
    _answered_request(today - ASKED_BEFORE, by)
    _open_request(today - OPEN_REQUEST_BEFORE, by)
    _closed_breach(today - BREACH_BEFORE, by)
    _open_breach(today - timedelta(days=1), by)


def _at(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, 20)))


def _answered_request(asked_on: date, by: User) -> None:
    person = Participant.objects.filter(attendances__date__lt=asked_on).order_by("pk").first()
    asked = RightsRequest.objects.create(
        content_type=ContentType.objects.get_for_model(Participant),
        object_id=person.pk,
        kind=RightsRequest.Kind.ACCESS,
        asked_on=asked_on,
        identity=RightsRequest.Identity.KNOWN,
        state=RightsRequest.State.DONE,
        decided_on=asked_on + timedelta(days=9),
        decided_by=by,
        answer="Op papier gegeven en samen doorgenomen.",
        recorded_by=by,
        recorded_at=_at(asked_on, 10),
    )
    made = _at(asked_on + timedelta(days=8), 11)
    PersonalCopy.objects.create(request=asked, asked_by=by, asked_at=made, made_at=made, rows=214)


def _open_request(asked_on: date, by: User) -> None:
    person = Participant.objects.filter(attendances__date__gte=asked_on).order_by("pk").first()
    RightsRequest.objects.create(
        content_type=ContentType.objects.get_for_model(Participant),
        object_id=person.pk,
        kind=RightsRequest.Kind.CORRECTION,
        asked_on=asked_on,
        identity=RightsRequest.Identity.KNOWN,
        what="Het adres klopt niet meer, en de naam van de zus moet eruit.",
        recorded_by=by,
        recorded_at=_at(asked_on, 14),
    )


def _closed_breach(day: date, by: User) -> None:
    breach = Breach.objects.create(
        discovered_at=_at(day, 9),
        happened_at=_at(day - timedelta(days=1), 16),
        happened_until=_at(day, 9),
        cause=Breach.Cause.PAPER,
        what="De aanwezigheidslijst van een middag lag een nacht op een tafel in de kantine.",
        people=Breach.People.FEW,
        who="deelnemers",
        data="voornaam, eerste letter van de achternaam, aanwezig of niet",
        risk=Breach.Risk.NONE,
        consequences="Iemand kon lezen wie er die middag was.",
        measures="De lijst is meteen vernietigd. De avondploeg heeft niemand in de kantine gezien.",
        prevention="Lijsten gaan na het overnemen meteen in de papiervernietiger.",
        municipality_told_at=_at(day, 13),
        municipality_told="contactpersoon van de gemeente, per telefoon",
        authority_not_needed="Het is niet waarschijnlijk dat iemand er last van krijgt.",
        people_told="Niet nodig: geen risico.",
        contact=f"{by.name}, 010 123 45 67",
        reported_by=by,
        reported_at=_at(day, 9),
        closed_at=_at(day + timedelta(days=2), 15),
    )
    closed = "Afgesloten. Afgesproken in het werkoverleg: papier blijft niet liggen."
    _write(breach, [(day, 13, "De gemeente is gebeld."), (day + timedelta(days=2), 15, closed)])


def _open_breach(day: date, by: User) -> None:
    """Discovered yesterday: the municipality was told, and the clock of the authority still runs."""
    breach = Breach.objects.create(
        discovered_at=_at(day, 9),
        happened_at=_at(day, 8),
        cause=Breach.Cause.SENT,
        what="De weekplanning van twee mensen is naar het verkeerde mailadres gestuurd.",
        people=Breach.People.FEW,
        who="deelnemers",
        data="voornaam, eerste letter van de achternaam, dagdelen en werkplaats",
        municipality_told_at=_at(day, 11),
        municipality_told="contactpersoon van de gemeente, per telefoon",
        contact=f"{by.name}, 010 123 45 67",
        reported_by=by,
        reported_at=_at(day, 9),
    )
    _write(breach, [(day, 15, "De ontvanger heeft gemeld dat het bericht is weggegooid.")])


def _write(breach: Breach, lines: list[tuple[date, int, str]]) -> None:
    recorded = (timezone.localdate(breach.reported_at), 9, f"Vastgelegd: {breach.get_cause_display()}. {breach.what}")
    for day, hour, text in [recorded, *lines]:
        BreachUpdate.objects.create(breach=breach, at=_at(day, hour), by=breach.reported_by, text=text)
