"""Whose record may go, when, and that nobody is forgotten while somebody objects or they come back."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse

from participants.models import Participant
from participants.services.retention import add_years, people_who_left
from pluspunt.tests.factories import (
    AllowanceFactory,
    ApplicationFactory,
    IndicationFactory,
    RetentionNoticeFactory,
    TrajectoryFactory,
    VolunteerFactory,
)
from privacy.models import AccessEvent, ErasureProof, RetentionNotice, Term
from privacy.services.retention import GRACE, erase_when_over, keep_terms, postpone
from workshops.services.attention import Kind, find_out

pytestmark = pytest.mark.django_db
ENDED = date(2024, 2, 20)
DAY = timedelta(days=1)


def left(person) -> tuple | None:
    found = people_who_left([person.pk]).get(person.pk)
    return found and (found.term, found.due_on)


@pytest.fixture
def gone(monday):
    """Somebody in activation who stopped two years and eleven days ago."""
    return TrajectoryFactory(end_date=ENDED).participant


def at_night(day: date) -> None:
    with time_machine.travel(f"{day}T03:00:00+01:00", tick=False):
        keep_terms()


def test_two_years_for_anybody(gone):
    assert left(gone) == (Term.OTHER, date(2026, 2, 20))
    assert left(VolunteerFactory(end_date=ENDED).participant) == (Term.OTHER, date(2026, 2, 20))


@pytest.mark.parametrize("scheme", ["WMO", "WMO_GENERAL", "PGB", "SUBCONTRACT"])
def test_fifteen_years_for_a_wmo_file(gone, scheme):
    IndicationFactory(participant=gone, scheme=scheme, end_date=ENDED)
    assert left(gone) == (Term.CARE, date(2039, 2, 20))


def test_day_care_of_which_nobody_wrote_down_who_pays_is_wmo(monday):
    path = TrajectoryFactory(target_group="SOCIAL_DAY_CARE", end_date=ENDED)
    assert left(path.participant) == (Term.CARE, date(2039, 2, 20))
    IndicationFactory(participant=path.participant, scheme="WLZ", end_date=ENDED)
    assert left(path.participant) == (Term.OTHER, date(2026, 2, 20))


def test_money_is_accounted_for_seven_years(monday):
    person = VolunteerFactory(end_date=ENDED).participant
    AllowanceFactory(participant=person, paid_on=date(2024, 2, 1))
    assert left(person) == (Term.MONEY, date(2031, 12, 31))


def test_it_counts_from_the_last_end_and_not_while_something_runs(gone):
    TrajectoryFactory(participant=gone, target_group="SKILLED_VOLUNTEER", end_date=date(2025, 5, 1))
    assert left(gone) == (Term.OTHER, date(2027, 5, 1))
    waiting = ApplicationFactory(participant=gone)
    assert left(gone) is None
    waiting.delete()
    TrajectoryFactory(participant=gone, start_date=date(2026, 3, 9))
    assert left(gone) is None


def test_who_never_began_is_kept_two_years_after_the_decision(monday):
    asked = ApplicationFactory(applied_on=ENDED - DAY, state="DECLINED", decided_on=ENDED, reason="vol")
    assert left(asked.participant) == (Term.OTHER, date(2026, 2, 20))


def test_a_leap_day_ends_on_the_last_of_february():
    assert add_years(date(2024, 2, 29), 15) == date(2039, 2, 28)
    assert add_years(date(2024, 2, 29), 4) == date(2028, 2, 29)


def test_first_a_warning_then_thirty_days_then_no_name(gone, monday):
    at_night(monday)
    at_night(monday)
    notice = RetentionNotice.objects.get()
    assert (notice.object_id, notice.warned_on, notice.erase_on) == (gone.pk, monday, monday + GRACE)
    at_night(monday + GRACE - DAY)
    assert Participant.objects.filter(pk=gone.pk).exists()
    at_night(monday + GRACE)
    assert not Participant.objects.filter(pk=gone.pk).exists()
    assert not RetentionNotice.objects.exists()
    proof = ErasureProof.objects.get()
    assert (proof.why, proof.decided_by, proof.is_whole) == ("TERM_OVER", None, True)
    event = AccessEvent.objects.get(action="ERASE")
    assert (event.user, event.ground, [each.object_id for each in event.subjects.all()]) == (None, "LEGAL", [gone.pk])


def test_nobody_is_warned_on_the_day_before(gone):
    at_night(date(2026, 2, 19))
    assert not RetentionNotice.objects.exists()
    at_night(date(2026, 2, 20))
    assert RetentionNotice.objects.exists()


def test_who_comes_back_is_kept(gone, monday):
    at_night(monday)
    notice = RetentionNotice.objects.get()
    TrajectoryFactory(participant=gone, start_date=monday)
    with time_machine.travel("2026-05-01T03:00:00+02:00", tick=False):
        assert erase_when_over(notice) is None
    at_night(date(2026, 5, 1))
    assert Participant.objects.filter(pk=gone.pk).exists()
    assert not RetentionNotice.objects.exists()


def test_after_a_postponement_it_begins_anew(gone, monday, coordinator):
    at_night(monday)
    until = monday + timedelta(days=60)
    postpone(RetentionNotice.objects.get(), until=until, reason="er loopt een klacht", by=coordinator)
    at_night(monday + timedelta(days=45))
    assert Participant.objects.filter(pk=gone.pk).exists()
    at_night(until)
    notice = RetentionNotice.objects.get()
    assert (notice.warned_on, notice.erase_on, notice.postponed_until) == (until, until + GRACE, None)
    assert notice.postponements.get().reason == "er loopt een klacht"
    at_night(until + GRACE)
    assert not Participant.objects.filter(pk=gone.pk).exists()


@pytest.mark.parametrize(
    ("days", "reason", "field"),
    [(0, "er loopt een klacht", "until"), (367, "er loopt een klacht", "until"), (10, "nee", "reason")],
)
def test_postponing_has_a_reason_and_an_end(monday, coordinator, days, reason, field):
    notice = RetentionNoticeFactory()
    with pytest.raises(ValidationError) as refused:
        postpone(notice, until=monday + timedelta(days=days), reason=reason, by=coordinator)
    assert set(refused.value.error_dict) == {field}
    assert not notice.postponements.exists()


def test_a_warning_that_is_gone_cannot_be_postponed(monday, coordinator):
    notice = RetentionNoticeFactory()
    RetentionNotice.objects.all().delete()
    with pytest.raises(ValidationError, match="is er niet meer"):
        postpone(notice, until=monday + DAY, reason="er loopt een klacht", by=coordinator)


def test_the_night_erases(gone, monday):
    call_command("nightly")
    with time_machine.travel("2026-04-02T03:00:00+02:00", tick=False):
        call_command("nightly")
    assert not Participant.objects.filter(pk=gone.pk).exists()


def test_the_list_shows_who_is_in_turn_and_a_coordinator_keeps_somebody(signed_in, coordinator, gone, monday):
    soon = TrajectoryFactory(end_date=date(2024, 4, 1)).participant
    later = TrajectoryFactory(end_date=date(2024, 6, 1)).participant
    at_night(monday)
    browser = signed_in(coordinator)
    page = browser.get(reverse("retention_list")).content.decode()
    assert gone.full_name in page
    assert soon.full_name in page
    assert later.full_name not in page
    assert "wo 1 apr" in page
    address = reverse("retention_postpone", args=[RetentionNotice.objects.get().pk])
    refused = browser.post(address, {"until": "2026-03-01", "reason": "er loopt een klacht"})
    assert "Kies een dag na vandaag." in refused.content.decode()
    answer = browser.post(address, {"until": "2026-09-01", "reason": "er loopt een klacht"}, follow=True)
    assert f"Het dossier van {gone.full_name} blijft bewaard tot di 1 sep." in answer.content.decode()
    assert "er loopt een klacht" in answer.content.decode()


def test_the_list_asks_as_many_questions_for_one_as_for_three(
    signed_in, coordinator, monday, django_assert_max_num_queries
):
    browser, asked = signed_in(coordinator), []
    for more in (1, 2):
        for _ in range(more):
            RetentionNoticeFactory()
            TrajectoryFactory(end_date=date(2024, 4, 1))
        with django_assert_max_num_queries(60) as queries:
            browser.get(reverse("retention_list"))
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_it_stands_on_the_list_of_what_needs_somebody(coordinator, gone, monday):
    at_night(monday)
    [item] = [item for item in find_out(coordinator).now if item.kind is Kind.RETENTION]
    assert (item.participant, item.what) == (
        gone,
        "Gestopt op di 20 feb 2024. Wordt gewist op wo 1 apr. Klopt dat?",
    )
