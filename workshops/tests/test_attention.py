"""The list of what needs somebody: its order, filters and numbers, and what is put off with a reason."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from participants.models import Pause
from pluspunt.tests.factories import (
    BreachFactory,
    CorrectionRequestFactory,
    GoalFactory,
    IndicationFactory,
    MeasurementChoiceFactory,
    OpeningFactory,
    PlacementFactory,
    RetentionNoticeFactory,
    RightsRequestFactory,
    SessionFactory,
    TrajectoryFactory,
    VolunteerFactory,
    WaitingEntryFactory,
    WalkInFactory,
    WorkshopFactory,
)
from privacy.models import AccessEvent
from workshops.models import Attendance, CallRule, Snooze
from workshops.services.attention import LIFTED, Kind, find_item, find_out, lift, snooze
from workshops.services.sessions import HORIZON, ensure_sessions
from workshops.tests.pages import press

pytestmark = pytest.mark.django_db
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
LIST = reverse("attention_list")


@pytest.fixture
def desk(monday, signed_in, coordinator):
    return signed_in(coordinator)


def due_goal(name: str = "Bakker", **facts):
    """A goal of somebody with a place, to be reviewed today."""
    path = TrajectoryFactory(participant__nickname="Anna", participant__surname=name)
    PlacementFactory(trajectory=path, participant=path.participant, workshop__registered_from=None, **facts)
    return GoalFactory(participant=path.participant, review_on=date(2026, 3, 2))


def keys(page) -> list[str]:
    return [item.key for item in page.context["page_obj"]]


# --- The list ---------------------------------------------------------------------------------------------------------


def test_nothing_needs_anybody(desk):
    page = desk.get(LIST)
    assert "Niemand vraagt iets" in page.text
    assert page.context["total"] == 0


def test_the_most_urgent_comes_first_and_then_by_kind(desk, monday):
    goal = due_goal()
    other = due_goal("Aalbers")
    indication = IndicationFactory(participant=goal.participant, end_date=monday - DAY, start_notice_on=monday)
    later = IndicationFactory(participant=other.participant, end_date=monday + 50 * DAY, start_notice_on=monday)
    page = desk.get(LIST)
    assert keys(page) == [
        f"verlopen-{indication.pk}",
        f"stopbericht-{indication.pk}",
        f"evaluatie-{other.pk}",
        f"evaluatie-{goal.pk}",
        f"indicatie-{later.pk}",
    ]
    assert [
        (urgency.label, [(kind, len(same)) for kind, same, _ in kinds]) for urgency, kinds in page.context["sections"]
    ] == [
        ("Vandaag", [(Kind.EXPIRED, 1)]),
        ("Deze week", [(Kind.STOP_NOTICE, 1), (Kind.REVIEW, 2)]),
        ("Daarna", [(Kind.INDICATION, 1)]),
    ]
    assert '<span class="count">5</span>' in page.text


def test_every_thing_leads_to_where_it_is_solved(desk):
    goal = due_goal()
    page = desk.get(LIST)
    assert f'href="{reverse("review_add", args=[goal.participant.key, goal.pk])}"' in page.text
    assert "Evaluatie van een doel (werk): vandaag afgesproken." in page.text


def test_filters_with_numbers_that_are_those_of_the_list(desk, monday):
    wood = WorkshopFactory(name="Hout", registered_from=None)
    goal, other = due_goal(workshop=wood), due_goal()
    indication = IndicationFactory(participant=goal.participant, end_date=monday + DAY, start_notice_on=monday)
    page = desk.get(LIST, {"workshop": wood.pk})
    assert keys(page) == [f"indicatie-{indication.pk}", f"evaluatie-{goal.pk}"]
    assert page.context["kinds"] == [(Kind.INDICATION, 1), (Kind.REVIEW, 1)]
    assert page.context["total"] == 3
    page = desk.get(LIST, {"kind": "evaluatie"})
    assert set(keys(page)) == {f"evaluatie-{goal.pk}", f"evaluatie-{other.pk}"}
    assert (wood, 1) in page.context["workshops"]
    assert dict(page.context["kinds"])[Kind.REVIEW] == 2
    page = desk.get(LIST, {"kind": "indicatie", "workshop": other.participant.placements.get().workshop_id})
    assert "Hier is niets te doen" in page.text


def test_one_urgency_at_a_time(desk, monday):
    goal = due_goal()
    row = IndicationFactory(participant=goal.participant, end_date=monday - DAY, start_notice_on=monday)
    page = desk.get(LIST, {"urgency": "1"})
    assert keys(page) == [f"verlopen-{row.pk}"]
    assert (page.context["kinds"], page.context["total"]) == ([(Kind.EXPIRED, 1)], 3)
    page = desk.get(LIST, {"urgency": "3"})
    assert "Hier is niets te doen" in page.text


@pytest.mark.parametrize(
    "asked",
    [
        {"kind": "x"},
        {"urgency": "x"},
        {"urgency": "9"},
        {"workshop": "x"},
        {"workshop": "-1"},
        {"page": "x"},
        {"put_off": ""},
    ],
)
def test_a_filter_that_is_not_understood_is_left_out(desk, asked):
    goal = due_goal()
    assert keys(desk.get(LIST, asked)) == [f"evaluatie-{goal.pk}"]


def test_nothing_is_cut_off(desk):
    goals = {f"evaluatie-{due_goal(f'Naam{number}').pk}" for number in range(26)}
    first, second = desk.get(LIST), desk.get(LIST, {"page": "2"})
    assert set(keys(first)) | set(keys(second)) == goals
    assert (len(keys(first)), len(keys(second)), first.context["total"]) == (25, 1, 26)
    # Each page says how many there are, and how many of them stand on it.
    for page, here in ((first, 25), (second, 1)):
        said = (
            f'<span class="attention-count">26</span> evaluaties zijn aan de beurt <span class="soft">({here} op deze'
        )
        assert said in page.text
    assert len(AccessEvent.objects.latest("pk").subjects.all()) == 1


def test_the_numbers_beside_another_page(desk):
    goal = due_goal()
    page = desk.get(reverse("attention_counts"))
    assert "<strong>1</strong> evaluatie is aan de beurt" in page.text
    assert goal.participant.surname not in page.text
    assert not AccessEvent.objects.exists()
    only = desk.get(reverse("attention_counts"), {"getal": "1"})
    assert only.text.strip() == '<span id="attention-number"><span class="count">1</span></span>'


def test_numbers_are_those_of_the_list(coordinator, monday):
    due_goal(), due_goal()
    attention = find_out(coordinator)
    assert attention.counts == [(Kind.REVIEW, 2)]
    snooze(attention.now[0], until=monday + DAY, reason="met vakantie", by=coordinator)
    attention = find_out(coordinator)
    assert (attention.counts, len(attention.put_off)) == ([(Kind.REVIEW, 1)], 1)


# --- Later ------------------------------------------------------------------------------------------------------------


def test_put_off_with_a_reason_and_back_on_the_day(desk, monday, coordinator):
    goal = due_goal()
    form = desk.get(reverse("attention_snooze", args=[f"evaluatie-{goal.pk}"]), {"kind": "evaluatie"})
    answer = desk.post(
        f"{form.request['PATH_INFO']}?{form.request['QUERY_STRING']}", {"until": "2026-03-09", "reason": "met vakantie"}
    )
    assert answer.url == f"{LIST}?kind=evaluatie"
    page = desk.get(LIST)
    assert (keys(page), page.context["put_off_total"]) == ([], 1)
    page = desk.get(LIST, {"put_off": "1"})
    assert keys(page) == [f"evaluatie-{goal.pk}"]
    assert "Uitgesteld tot ma 9 mrt door Coördinator Cor (ma 2 mrt): met vakantie" in " ".join(page.text.split())
    with time_machine.travel("2026-03-09T09:00:00+01:00", tick=False):
        desk.force_login(coordinator, backend="allauth.account.auth_backends.AuthenticationBackend")
        page = desk.get(LIST)
        assert keys(page) == [f"evaluatie-{goal.pk}"]
        assert "Was uitgesteld tot vandaag door Coördinator Cor: met vakantie" in " ".join(page.text.split())


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"until": "2026-03-02", "reason": "met vakantie"}, "Kies een dag na vandaag."),
        ({"until": "2026-04-28", "reason": "met vakantie"}, "hoogstens 8 weken: uiterlijk ma 27 apr."),
        ({"until": "2026-03-09", "reason": ""}, "Vul dit in."),
        ({"until": "2026-03-09", "reason": "ja"}, "Dit is te kort: minstens 3 tekens."),
        ({"until": "", "reason": "met vakantie"}, "Vul dit in."),
    ],
)
def test_what_cannot_be_put_off_like_that_is_refused_and_stays_typed(desk, typed, sentence):
    goal = due_goal()
    form = desk.get(reverse("attention_snooze", args=[f"evaluatie-{goal.pk}"]))
    page = press(desk, form, "Stel uit", **typed)
    assert sentence in page.text
    assert typed["reason"] in page.text
    assert not Snooze.objects.exists()


@pytest.mark.parametrize(("days", "is_allowed"), [(0, False), (1, True), (56, True), (57, False)])
def test_from_one_day_to_eight_weeks(monday, coordinator, days, is_allowed):
    item = find_item(coordinator, f"evaluatie-{due_goal().pk}")
    if is_allowed:
        assert snooze(item, until=monday + days * DAY, reason="met vakantie", by=coordinator).pk
    else:
        with pytest.raises(ValidationError):
            snooze(item, until=monday + days * DAY, reason="met vakantie", by=coordinator)


def test_the_newest_one_holds_and_none_is_changed(monday, coordinator):
    item = find_item(coordinator, f"evaluatie-{due_goal().pk}")
    snooze(item, until=monday + WEEK, reason="met vakantie", by=coordinator)
    snooze(item, until=monday + 2 * WEEK, reason="langer weg", by=coordinator)
    [found] = find_out(coordinator).put_off
    assert (found.snooze.until, found.snooze.reason, Snooze.objects.count()) == (monday + 2 * WEEK, "langer weg", 2)


def test_what_was_put_off_while_it_ran_out_is_back_when_it_is_over(monday, coordinator):
    row = IndicationFactory(participant=due_goal().participant, end_date=monday + 7 * DAY, start_notice_on=monday)
    item = find_item(coordinator, f"indicatie-{row.pk}")
    snooze(item, until=monday + 8 * WEEK, reason="aanvraag loopt", by=coordinator)
    assert [item.key for item in find_out(coordinator).put_off] == [f"indicatie-{row.pk}"]
    with time_machine.travel("2026-03-10T09:00:00+01:00", tick=False):
        assert f"verlopen-{row.pk}" in {item.key for item in find_out(coordinator).now}


def test_put_back_before_its_day(desk, monday, coordinator):
    item = f"evaluatie-{due_goal().pk}"
    found = find_item(coordinator, item)
    snooze(found, until=monday + WEEK, reason="met vakantie", by=coordinator)
    press(desk, desk.get(LIST, {"put_off": "1"}), "Zet terug")
    page = desk.get(LIST)
    assert keys(page) == [item]
    assert "Was uitgesteld, ma 2 mrt teruggezet door Coördinator Cor" in " ".join(page.text.split())
    assert list(Snooze.objects.values_list("reason", flat=True)) == [LIFTED, "met vakantie"]
    assert lift(found, by=coordinator) is None


def test_what_is_solved_is_gone_put_off_or_not(desk, monday, coordinator):
    goal = due_goal()
    item = f"evaluatie-{goal.pk}"
    snooze(find_item(coordinator, item), until=monday + WEEK, reason="met vakantie", by=coordinator)
    goal.review_on = monday + WEEK
    goal.save()
    page = desk.get(LIST)
    assert (keys(page), page.context["put_off_total"]) == ([], 0)
    page = desk.get(reverse("attention_snooze", args=[item]), follow=True)
    assert "Dit vraagt niemand meer: het is intussen opgelost." in page.text
    page = desk.post(reverse("attention_resume", args=[item]), follow=True)
    assert "Dit vraagt niemand meer" in page.text


@pytest.mark.parametrize("key", ["evaluatie-0", "evaluatie-x", "x-1", "x", "evaluatie-", "-1"])
def test_what_there_is_not(coordinator, monday, key):
    due_goal()
    assert find_item(coordinator, key) is None


# --- Queries ----------------------------------------------------------------------------------------------------------


def one_of_everything(monday, coordinator) -> None:
    """One thing of nearly every source, each of another person or session."""
    CallRule.objects.update(no_shows=1, is_active=True)
    goal = due_goal()
    IndicationFactory(participant=goal.participant, end_date=monday + WEEK)
    IndicationFactory(participant=goal.participant, end_date=monday - WEEK, product_category="08")
    VolunteerFactory()
    MeasurementChoiceFactory(participant=TrajectoryFactory().participant, decided_on=monday - 8 * WEEK)
    WalkInFactory()
    RetentionNoticeFactory()
    TrajectoryFactory(trial_until=monday)
    PlacementFactory(workshop__registered_from=None, trial_until=monday)
    free = OpeningFactory(workshop__registered_from=monday, weekday=3)
    WaitingEntryFactory(workshop=free.workshop, participant=TrajectoryFactory().participant)
    Pause.objects.create(trajectory=TrajectoryFactory(), start_date=date(2026, 2, 2), expected_until=monday)
    Pause.objects.create(trajectory=TrajectoryFactory(), start_date=date(2026, 2, 2), end_date=monday)
    placement = PlacementFactory(workshop__registered_from=None)
    OpeningFactory(workshop=placement.workshop, end_date=monday - WEEK)
    for weekday in (4, 5):  # the house goes on
        OpeningFactory(workshop=free.workshop, weekday=weekday)
    for days, facts in ((-1, {}), (0, {"state": "CANCELLED", "cancel_reason": "ziek"}), (1, {"capacity": 0})):
        session = SessionFactory(workshop=placement.workshop, date=monday + days * DAY, **facts)
        row = Attendance(session=session, trajectory=placement.trajectory, participant=placement.participant)
        row.workshop, row.date, row.day_part = session.workshop, session.date, session.day_part
        row.save()
        if days == -1:
            CorrectionRequestFactory(attendance=row)
    missed = SessionFactory(workshop=placement.workshop, date=monday - 2 * DAY)
    row.pk, row.session, row.date, row.status = None, missed, missed.date, "NO_SHOW"
    row.recorded_at = "2026-03-01T12:00+01:00"
    row.save()
    PlacementFactory(
        trajectory=placement.trajectory, participant=placement.participant, weekday=2, workshop=session.workshop
    )
    snooze(find_item(coordinator, f"evaluatie-{goal.pk}"), until=monday + WEEK, reason="met vakantie", by=coordinator)
    RightsRequestFactory()
    BreachFactory()


def test_every_action_leads_to_a_page_and_to_the_place_on_it(desk, monday, coordinator):
    one_of_everything(monday, coordinator)
    ensure_sessions(monday + HORIZON)
    for item in find_out(coordinator).now:
        address, _, place = item.action.url.partition("#")
        page = desk.get(address)
        assert page.status_code == 200, item.key
        assert not place or f'id="{place}"' in page.text, item.key


def test_as_many_queries_for_one_of_everything_as_for_three(desk, monday, coordinator):
    asked = []
    for more in (1, 2):
        for _ in range(more):
            one_of_everything(monday, coordinator)
        ensure_sessions(monday + HORIZON)
        desk.get(LIST)
        there = {item.kind for item in find_out(coordinator).now}
        assert set(Kind) - there <= {Kind.SUPERVISION, Kind.STOP_NOTICE, Kind.REVIEW}
        with CaptureQueriesContext(connection) as queries:
            desk.get(LIST)
        asked.append(len(queries))
    assert asked[0] == asked[1]
