"""A data breach: two clocks from its discovery, a log that only grows, and closing when everybody was told."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from pluspunt.tests.factories import BreachFactory
from privacy.models import Breach
from privacy.models.breaches import Clock
from privacy.services.breaches import add_breach_update, change_breach, close_breach, report_breach
from workshops.tests.pages import press

HOUR = timedelta(hours=1)


@pytest.fixture
def breach(monday, coordinator) -> Breach:
    """A tablet is gone since an hour."""
    return report_breach(BreachFactory.build(reported_by=coordinator), by=coordinator)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("hours", "municipality", "authority"),
    [
        (0, ("RUNNING", 24), ("RUNNING", 72)),
        (23, ("RUNNING", 1), ("RUNNING", 49)),
        (24, ("RUNNING", 0), ("RUNNING", 48)),
        (25, ("OVER", 1), ("RUNNING", 47)),
        (73, ("OVER", 49), ("OVER", 1)),
    ],
)
def test_both_clocks_count_from_the_discovery(breach, hours, municipality, authority):
    clocks = breach.clocks_at(breach.discovered_at + hours * HOUR)
    assert [(clock.state, clock.hours) for clock in clocks] == [municipality, authority]
    assert clocks[0].deadline == breach.discovered_at + timedelta(hours=24)
    assert clocks[1].deadline == breach.discovered_at + timedelta(hours=72)


@settings(max_examples=25)
@given(told=st.integers(0, 200), within=st.sampled_from([24, 72]))
def test_who_was_told_was_told_in_time_or_late(told, within):
    begin = timezone.now()
    clock = Clock("wie", begin + within * HOUR, begin + told * HOUR, "", begin)
    assert clock.state == ("TOLD" if told <= within else "LATE")
    assert clock.hours == abs(within - told)
    assert not clock.is_running


@pytest.mark.django_db
def test_over_the_change_to_summer_time_the_hours_are_hours(coordinator):
    saturday = timezone.make_aware(timezone.datetime(2026, 3, 28, 20, 0))
    clock = BreachFactory.build(discovered_at=saturday).clocks_at(saturday)[0]
    assert timezone.localtime(clock.deadline).hour == 21


@pytest.mark.django_db
def test_the_log_says_what_was_changed_and_only_grows(breach, coordinator, administrator):
    breach.people = Breach.People.FEW
    change_breach(breach, by=administrator)
    add_breach_update(breach, "De tablet is terug.", by=coordinator)
    lines = [(line.by, line.text) for line in breach.updates.all()]
    lost = "Vastgelegd: tablet, telefoon of laptop kwijt of gestolen. Een tablet is weg uit de keuken."
    assert lines[0] == (coordinator, lost)
    assert lines[1] == (
        administrator,
        "Gewijzigd: om hoeveel mensen gaat het: van “nog onbekend” naar “2 tot en met 10”",
    )
    for attack in (breach.updates.all().delete, lambda: breach.updates.update(text="niets")):
        with pytest.raises(DatabaseError), transaction.atomic():
            attack()
    assert breach.updates.count() == 3


@pytest.mark.django_db
def test_it_closes_when_everybody_was_told(breach, coordinator):
    with pytest.raises(ValidationError, match="de gemeente en de Autoriteit"):
        close_breach(breach, "Op slot.", by=coordinator)
    breach.municipality_told_at = timezone.now()
    breach.authority_not_needed = "Alles was versleuteld."
    change_breach(breach, by=coordinator)
    with pytest.raises(ValidationError, match="hoe groot het risico"):
        close_breach(breach, "Op slot.", by=coordinator)
    breach.risk = Breach.Risk.NONE
    change_breach(breach, by=coordinator)
    close_breach(breach, "Tablets gaan 's avonds in de kast.", by=coordinator)
    with pytest.raises(ValidationError, match="is afgesloten"):
        change_breach(breach, by=coordinator)
    assert add_breach_update(breach, "De autoriteit belde.", by=coordinator).pk


@pytest.mark.django_db
def test_at_a_risk_the_authority_must_know_and_at_a_high_one_the_people(breach, coordinator):
    breach.risk, breach.authority_not_needed = Breach.Risk.RISK, "Het valt mee."
    with pytest.raises(ValidationError, match="moet je het melden"):
        change_breach(breach, by=coordinator)
    breach.risk, breach.authority_not_needed = Breach.Risk.HIGH, ""
    breach.municipality_told_at = breach.authority_told_at = timezone.now()
    change_breach(breach, by=coordinator)
    with pytest.raises(ValidationError, match="de mensen zelf"):
        close_breach(breach, "Op slot.", by=coordinator)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["discovered_at", "authority_told_at"])
def test_nothing_was_discovered_or_told_in_the_future(breach, coordinator, name):
    setattr(breach, name, timezone.now() + HOUR)
    with pytest.raises(ValidationError, match="moet nog komen"):
        change_breach(breach, by=coordinator)


@pytest.mark.django_db
def test_an_administrator_reports_one_and_takes_the_paper_along(monday, administrator, signed_in):
    client = signed_in(administrator)
    facts = {"cause": "SENT", "what": "Een lijst ging naar de verkeerde.", "who": "deelnemers", "data": "naam"}
    press(client, client.get(reverse("breach_add")), "Leg het datalek vast", **facts)
    breach = Breach.objects.get()
    assert breach.contact == "Beheerder Bea"
    page = client.get(reverse("breach_detail", args=[breach.pk])).content.decode()
    assert "nog 24 uur: de gemeente" in page
    assert "nog 72 uur: de Autoriteit Persoonsgegevens" in page
    assert client.get(reverse("breach_pdf", args=[breach.pk])).content.startswith(b"%PDF-")
