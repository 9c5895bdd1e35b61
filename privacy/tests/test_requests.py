"""What people ask about their own facts is recorded, answered within the term, and kept."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from pluspunt.tests.factories import ParticipantFactory, PersonalCopyFactory, RightsRequestFactory
from privacy.models import AccessEvent, RightsRequest, add_months
from privacy.services.requests import decide_request, extend_request, record_request

State = RightsRequest.State


@pytest.fixture
def asked(monday, coordinator) -> RightsRequest:
    return RightsRequestFactory(recorded_by=coordinator)


@settings(max_examples=25)
@given(st.dates(date(2020, 1, 1), date(2090, 1, 1)), st.integers(1, 14))
def test_so_many_months_later_is_the_same_day_or_the_last_of_that_month(day, count):
    later = add_months(day, count)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == count
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked_on", "due_on"), [(date(2026, 1, 31), date(2026, 2, 28)), (date(2026, 2, 2), date(2026, 3, 2))]
)
def test_the_term_is_a_month_and_three_when_extended(asked, coordinator, asked_on, due_on):
    asked = RightsRequestFactory(asked_on=asked_on)
    assert asked.due_on == due_on
    assert asked.is_late == (due_on < timezone.localdate())
    if not asked.is_late:
        extend_request(asked, "Er zijn veel vragen tegelijk.", by=coordinator)
        asked.refresh_from_db()
        assert asked.due_on == add_months(asked_on, 3)


@pytest.mark.django_db
def test_extending_is_for_the_first_month_and_for_once(asked, coordinator):
    late = RightsRequestFactory(asked_on=date(2026, 1, 31))
    with pytest.raises(ValidationError, match="één keer"):
        extend_request(late, "Druk.", by=coordinator)
    extend_request(asked, "Druk.", by=coordinator)
    with pytest.raises(ValidationError, match="één keer"):
        extend_request(asked, "Nog drukker.", by=coordinator)


@pytest.mark.django_db
def test_a_copy_is_handed_over_after_it_was_made_and_only_once(asked, coordinator):
    with pytest.raises(ValidationError, match="nog geen afschrift"):
        decide_request(asked, State.DONE, timezone.localdate(), "Op papier gegeven.", by=coordinator)
    RightsRequest.objects.update(masked_words="Truus")
    PersonalCopyFactory(request=asked)
    decide_request(asked, State.DONE, timezone.localdate(), "Op papier gegeven.", by=coordinator)
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by, asked.masked_words) == (State.DONE, coordinator, "")
    with pytest.raises(ValidationError, match="al afgehandeld"):
        decide_request(asked, State.REFUSED, timezone.localdate(), "Toch niet.", by=coordinator)


@pytest.mark.django_db
def test_refusing_and_correcting_need_words(asked, coordinator):
    with pytest.raises(ValidationError, match="een zin erover"):
        decide_request(asked, State.REFUSED, timezone.localdate(), "", by=coordinator)
    with pytest.raises(ValidationError, match="moet nog komen"):
        decide_request(asked, State.REFUSED, timezone.localdate() + timedelta(days=1), "Nee.", by=coordinator)
    correction = RightsRequestFactory.build(
        person=None, content_type=asked.content_type, object_id=asked.object_id, kind="CORRECTION", recorded_by=None
    )
    with pytest.raises(ValidationError, match="wat er niet klopt"):
        record_request(correction, by=coordinator)
    with pytest.raises(IntegrityError), transaction.atomic():
        RightsRequest.objects.update(state=State.DONE)


@pytest.mark.django_db
def test_a_coordinator_records_a_correction_and_answers_it(monday, coordinator, signed_in):
    person = ParticipantFactory()
    client = signed_in(coordinator)
    facts = {"asked_on": "2026-03-02", "asked_by": "REPRESENTATIVE", "identity": "KNOWN", "what": "De geboortedatum."}
    add = reverse("rights_request_add", args=[person.key]) + "?wat=correctie"
    assert "hoe de vertegenwoordiger heet" in client.post(add, facts).content.decode()
    client.post(add, facts | {"asked_by_name": "Mevrouw De Boer"})
    asked = RightsRequest.objects.get()
    assert (asked.kind, asked.asked_by_name, asked.recorded_by) == ("CORRECTION", "Mevrouw De Boer", coordinator)
    decide = reverse("rights_request_decide", args=[person.key, asked.pk])
    client.post(decide, {"state": "DONE", "decided_on": "2026-03-02", "answer": "Verbeterd."})
    assert RightsRequest.objects.get().state == State.DONE
    assert AccessEvent.objects.latest("pk").subjects.get().object_id == person.pk
    page = client.get(reverse("rights_request_list")).content.decode()
    assert person.full_name in page


@pytest.mark.django_db
def test_the_list_takes_as_many_queries_for_one_request_as_for_three(monday, coordinator, signed_in):
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            signed_in(coordinator).get(reverse("rights_request_list"))
        return len(caught)

    RightsRequestFactory()
    queries()  # fills the cache of content types
    one = queries()
    RightsRequestFactory.create_batch(2)
    assert queries() == one
