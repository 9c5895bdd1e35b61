"""Whoever is erased, every figure of every year stays what it was, and so does what was published."""

from datetime import date
from random import Random

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from impact.figures import period_figures
from impact.figures.catalogue import catalogue
from impact.management.commands.figures import as_json
from impact.tests.test_recount import make_person, marks  # noqa: F401
from participants.models import Participant
from participants.services.erasing import lock_to_erase
from pluspunt.periods import Period
from pluspunt.tests.factories import OpeningFactory, WorkshopFactory
from privacy.services.erasing import erase_all
from workshops.services.sessions import ensure_sessions
from workshops.services.year_import.cleaning import read_year
from workshops.services.year_import.writing import import_year
from workshops.tests.spreadsheets import real_files

YEARS = [Period.of_year(year) for year in (2024, 2025, 2026)] + [Period(date(2025, 3, 10), date(2025, 8, 2))]


def figures() -> list[dict]:
    return [{figure.key: figure.value for figure in catalogue(period)} for period in YEARS]


def erase(people) -> None:
    for pk in people:
        with transaction.atomic():
            erase_all(lock_to_erase(pk))


@pytest.mark.django_db
def test_the_year_of_the_files():
    import_year(read_year(real_files()), by=None)
    before, told = figures(), as_json(period_figures(Period.of_year(2025)))
    everybody = list(Participant.objects.order_by("pk").values_list("pk", flat=True))
    erase(everybody[::3])
    assert (figures(), as_json(period_figures(Period.of_year(2025)))) == (before, told)
    # As the register is made again, too.
    ensure_sessions(date(2026, 1, 31))
    erase(set(everybody) - set(everybody[::3]))
    assert figures() == before
    assert not Participant.objects.filter(anonymised_on__isnull=True).exists()
    assert Participant.objects.count() == len(everybody)
    connection.check_constraints()


@pytest.mark.django_db
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32 - 1))
def test_made_up_years(monday, marks, seed):  # noqa: F811
    chance = Random(seed)
    with transaction.atomic():
        workshops = WorkshopFactory.create_batch(2, registered_from=date(2025, 1, 1))
        for workshop in workshops:
            OpeningFactory(workshop=workshop, weekday=chance.randint(1, 5))
        for _ in range(chance.randint(2, 8)):
            make_person(chance, workshops)
        ensure_sessions(date(2026, 3, 1))
        marks(chance)
        before = figures()
        everybody = list(Participant.objects.order_by("pk").values_list("pk", flat=True))
        erase(chance.sample(everybody, chance.randint(1, len(everybody))))
        assert figures() == before
        transaction.set_rollback(True)
