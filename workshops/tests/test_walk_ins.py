"""Who walks in is never stopped; what a coordinator should look at reaches their list. And the heads are counted."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from participants.models import Indication
from pluspunt.tests.factories import (
    IndicationFactory,
    NotTogetherFactory,
    TrajectoryFactory,
    UserFactory,
    VolunteerFactory,
    WalkInFactory,
)
from privacy.models import AccessEvent, AccessSubject
from workshops.models import Attendance, ClosedMonth, WalkIn
from workshops.services.attendance import mark_attendance, undo_last_change
from workshops.services.cancelling import cancel_session
from workshops.services.head_counts import count_heads
from workshops.services.visitors import AskFirst, add_visitor
from workshops.services.walk_ins import settle_walk_in
from workshops.tests.pages import press
from workshops.tests.test_registers import url

pytestmark = pytest.mark.django_db
Status = Attendance.Status
FACTS = ("is_over_capacity", "is_without_indication", "is_not_together")


@pytest.fixture
def visitor(session):
    """Somebody with an indication who is not planned anywhere."""
    person = TrajectoryFactory(participant__nickname="Ümmü", participant__surname="Öztürk").participant
    IndicationFactory(participant=person)
    return person


@pytest.fixture
def full(session):
    """Three places for three people who are planned."""
    session.capacity = 3
    session.save()
    return session


def facts_of(person) -> list[str]:
    walk_in = WalkIn.objects.filter(attendance__participant=person).first()
    return [name for name in FACTS if getattr(walk_in, name)] if walk_in else []


def keep_apart(one, other):
    first, second = sorted((one, other), key=lambda person: person.pk)
    NotTogetherFactory(first=first, second=second)


# --- What is looked at ----------------------------------------------------------------------------------------------


def test_a_visitor_for_whom_there_is_room_is_nobodys_concern(session, visitor, coach):
    assert add_visitor(session, visitor, by=coach).status == Status.PRESENT
    assert not WalkIn.objects.exists()


def test_more_people_than_places(full, visitor, coach):
    add_visitor(full, visitor, by=coach)
    assert facts_of(visitor) == ["is_over_capacity"]


@pytest.mark.parametrize(("status", "is_over"), [("PRESENT", True), ("EXCUSED", False), ("NO_SHOW", False)])
def test_who_is_not_there_takes_no_place(full, visitor, coach, status, is_over):
    mark_attendance(full.attendances.first(), status, by=coach)
    add_visitor(full, visitor, by=coach)
    assert facts_of(visitor) == (["is_over_capacity"] if is_over else [])


def test_volunteers_take_no_place(full, visitor, coach):
    row = full.attendances.first()
    row.trajectory.target_group = "SKILLED_VOLUNTEER"
    row.trajectory.save()
    add_visitor(full, visitor, by=coach)
    assert facts_of(visitor) == []
    add_visitor(full, VolunteerFactory().participant, by=coach)
    assert not WalkIn.objects.exists()


def test_a_volunteer_who_walks_in_is_not_why_it_is_full(full, coach):
    full.capacity = 1
    full.save()
    add_visitor(full, VolunteerFactory().participant, by=coach)
    assert not WalkIn.objects.exists()


@pytest.mark.parametrize(
    ("changes", "is_without"),
    [
        ({}, False),
        ({"scheme": Indication.Scheme.SUBSIDY}, False),
        ({"end_date": date(2026, 3, 2)}, False),
        ({"end_date": date(2026, 3, 1)}, True),
        ({"start_date": date(2026, 3, 3)}, True),
        ({"product_category": Indication.Category.TRANSPORT}, True),
    ],
)
def test_no_indication_that_runs_on_the_day(session, visitor, coach, changes, is_without):
    visitor.indications.update(**changes)
    add_visitor(session, visitor, by=coach)
    assert facts_of(visitor) == (["is_without_indication"] if is_without else [])


def test_not_together_after_asking(session, visitor, coach):
    keep_apart(visitor, session.attendances.first().participant)
    with pytest.raises(AskFirst):
        add_visitor(session, visitor, by=coach)
    assert not WalkIn.objects.exists()
    add_visitor(session, visitor, by=coach, is_agreed=True)
    assert facts_of(visitor) == ["is_not_together"]


def test_agreed_without_anybody_in_the_way_is_no_meeting(session, visitor, coach):
    add_visitor(session, visitor, by=coach, is_agreed=True)
    assert not WalkIn.objects.exists()


def test_adding_again_keeps_what_was_settled(full, visitor, coach, coordinator):
    row = add_visitor(full, visitor, by=coach)
    settle_walk_in(row.walk_in, by=coordinator)
    add_visitor(full, visitor, by=coach)
    assert WalkIn.objects.get().settled_by == coordinator


def test_who_was_taken_away_and_comes_again_is_looked_at_again(full, visitor, coach, coordinator):
    row = add_visitor(full, visitor, by=coach)
    settle_walk_in(row.walk_in, by=coordinator)
    mark_attendance(row, Status.OPEN, by=coach)
    add_visitor(full, visitor, by=coach)
    assert WalkIn.objects.get().settled_at is None


def test_settling_twice_says_who_did(full, visitor, coach, coordinator):
    walk_in = WalkInFactory()
    settle_walk_in(walk_in, by=coordinator)
    with pytest.raises(ValidationError, match="Coördinator Cor heeft dit al afgehandeld"):
        settle_walk_in(walk_in, by=UserFactory())


# --- What the floor hears -------------------------------------------------------------------------------------------


def add_on_page(client, session, button="Zet op aanwezig", **asked):
    page = client.get(url(session, "visitor_add"), {"q": "ozturk"})
    return client.get(press(client, page, button).url.split("#")[0])


def test_the_floor_hears_that_it_is_full_and_is_not_stopped(full, visitor, coach, signed_in):
    page = add_on_page(signed_in(coach), full)
    assert "Ümmü Ö. staat erbij en is aanwezig." in page.text
    assert "Er zijn nu meer mensen dan plaatsen. De coördinator ziet dit ook." in page.text


def test_the_floor_hears_nothing_of_an_indication(session, visitor, coach, signed_in):
    visitor.indications.all().delete()
    page = add_on_page(signed_in(coach), session)
    said = [str(message) for message in page.context["messages"]]
    assert said[1:] == ["De coördinator kijkt dit nog even na. Jij hoeft niets te doen."]


def test_the_floor_hears_nothing_more_of_not_together(session, visitor, coach, signed_in):
    other = session.attendances.first().participant
    keep_apart(visitor, other)
    client = signed_in(coach)
    page = client.get(url(session, "visitor_add"), {"q": "ozturk"})
    question = press(client, page, "Zet op aanwezig")
    assert other.nickname not in question.text
    page = client.get(press(client, question, "Toch erbij zetten").url.split("#")[0])
    assert [str(message) for message in page.context["messages"]] == ["Ümmü Ö. staat erbij en is aanwezig."]
    assert facts_of(visitor) == ["is_not_together"]


# --- The list -------------------------------------------------------------------------------------------------------

LIST = "/inlopers/"


def test_a_coordinator_sees_what_to_look_at_and_settles_it_in_one_tap(full, visitor, coach, coordinator, signed_in):
    visitor.indications.all().delete()
    add_visitor(full, visitor, by=coach)
    client = signed_in(coordinator)
    page = client.get(LIST)
    for words in ("Ümmü Öztürk", "Meer mensen dan plaatsen", "Geen indicatie op die dag", "vanochtend"):
        assert words in page.text
    assert "Niet samen" not in page.text
    for address in (url(full), reverse("placement_add", args=[visitor.key])):
        assert address in page.text
    page = client.get(press(client, page, "Afgehandeld").url)
    assert "Niets om na te kijken" in page.text
    assert "door Coördinator Cor op" in page.text
    assert list(page.context["page_obj"]) == []


def test_settling_what_a_colleague_settled_says_so(coordinator, signed_in, monday):
    walk_in = settle_walk_in(WalkInFactory(), by=UserFactory(name="Collega Kim"))
    page = signed_in(coordinator).post(reverse("walk_in_settle", args=[walk_in.pk]), follow=True)
    assert "Collega Kim heeft dit al afgehandeld." in page.text
    walk_in.refresh_from_db()
    assert walk_in.settled_by.name == "Collega Kim"


def test_the_newest_comes_first_and_after_two_weeks_what_was_settled_goes(coordinator, signed_in, monday):
    older, newer = WalkInFactory(), WalkInFactory()
    settled = settle_walk_in(WalkInFactory(), by=coordinator)
    client = signed_in(coordinator)
    page = client.get(LIST)
    assert list(page.context["page_obj"]) == [newer, older]
    assert page.context["settled"] == [settled]
    with time_machine.travel(monday + timedelta(days=15)):
        assert signed_in(coordinator).get(LIST).context["settled"] == []


def test_who_was_taken_away_again_is_not_in_the_list(full, visitor, coach, coordinator, signed_in):
    row = add_visitor(full, visitor, by=coach)
    mark_attendance(row, Status.OPEN, by=coach)
    client = signed_in(coordinator)
    assert list(client.get(LIST).context["page_obj"]) == []
    undo_last_change(row, by=coach)
    assert len(client.get(LIST).context["page_obj"]) == 1


def test_a_long_list_has_pages(coordinator, signed_in, monday):
    WalkInFactory.create_batch(26)
    page = signed_in(coordinator).get(LIST)
    assert len(page.context["page_obj"]) == 25
    assert "Bladzijde 1 van 2" in page.text


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_takes_as_many_queries_for_one_as_for_three(
    number, coordinator, signed_in, monday, django_assert_num_queries
):
    WalkInFactory.create_batch(number)
    for walk_in in WalkInFactory.create_batch(number):
        settle_walk_in(walk_in, by=coordinator)
    client = signed_in(coordinator)
    with django_assert_num_queries(9):
        client.get(LIST)


def test_looking_and_settling_are_logged(coordinator, signed_in, monday):
    walk_in = WalkInFactory()
    client = signed_in(coordinator)
    press(client, client.get(LIST), "Afgehandeld")
    said = list(AccessEvent.objects.order_by("pk").values_list("action", "data"))
    assert said == [("VIEW", "inlopers: plaatsen, indicatie, niet samen"), ("CHANGE", "inloper: afgehandeld")]
    assert set(AccessSubject.objects.values_list("object_id", flat=True)) == {walk_in.attendance.participant_id}


# --- Heads ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def heads(session, coach, signed_in):
    """Sends a count, as the buttons of the include do."""
    client = signed_in(coach)

    def send(htmx=False, **counts):
        headers = {"HX-Request": "true"} if htmx else {}
        return client.post(url(session, "head_count_set"), counts, headers=headers)

    return send


def counts_of(session) -> tuple[int, int]:
    session.refresh_from_db()
    return session.neighbours, session.visitors


def test_a_count_is_set_and_never_added_up(session, heads):
    assert heads(neighbours="3").url == f"{url(session)}#heads"
    heads(neighbours="3")
    heads(visitors="12")
    assert counts_of(session) == (3, 12)
    heads(neighbours="0")
    assert counts_of(session) == (0, 12)


def test_the_buttons_of_the_answer_count_up_and_down(session, heads, coach, signed_in):
    page = heads(htmx=True, neighbours="1")
    assert "<html" not in page.text
    page = press(signed_in(coach), page, "+", beside="Buren", htmx=True)
    assert counts_of(session) == (2, 0)
    press(signed_in(coach), page, "−", beside="Buren", htmx=True)
    assert counts_of(session) == (1, 0)


@pytest.mark.parametrize("count", ["501", "-1", "veel", "", "3.5"])
def test_a_count_that_cannot_be_is_refused_with_a_sentence(session, heads, count):
    assert "Niet opgeslagen." in heads(htmx=True, neighbours=count).text
    heads(neighbours=count)
    assert counts_of(session) == (0, 0)


def test_the_service_refuses_what_the_form_would(session):
    for count in (-1, 501):
        with pytest.raises(ValidationError):
            count_heads(session, neighbours=count)
    assert count_heads(session, neighbours=500).neighbours == 500


def test_nobody_is_counted_in_a_session_that_does_not_go_on_is_to_come_or_is_frozen(session, heads, coordinator):
    cancel_session(session, reason="geen stroom", by=coordinator)
    assert "uitgevallen" in heads(htmx=True, neighbours="1").text
    session.refresh_from_db()
    session.state, session.cancel_reason = "PLANNED", ""
    session.save()
    ClosedMonth.objects.create(month=date(2026, 3, 1), closed_by=coordinator)
    assert "Deze maand is gesloten" in heads(htmx=True, neighbours="1").text
    ClosedMonth.objects.all().delete()
    session.date += timedelta(days=7)
    session.save()
    assert "Deze sessie komt nog" in heads(htmx=True, neighbours="1").text
    assert counts_of(session) == (0, 0)


def test_who_may_not_record_does_not_count(session, signed_in, coach, coordinator):
    with time_machine.travel("2026-03-10T10:00:00+01:00"):
        assert signed_in(coach).post(url(session, "head_count_set"), {"visitors": "1"}).status_code == 403
        assert signed_in(coordinator).post(url(session, "head_count_set"), {"visitors": "1"}).status_code == 302
    assert counts_of(session) == (0, 1)


def test_the_tabs_of_a_coordinator_count_what_waits(full, visitor, coach, coordinator, signed_in):
    add_visitor(full, visitor, by=coach)
    WalkInFactory(settled_by=coordinator, settled_at=timezone.now())
    tab = f'<a href="{reverse("walk_in_list")}">Inlopers <span class="count">1</span></a>'
    assert tab in signed_in(coordinator).get(reverse("session_day")).text
    assert reverse("walk_in_list") not in signed_in(coach).get(reverse("session_day")).text
