"""Goals in somebody's own words, their small steps, and looking at them together."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from participants.models import Goal, GoalStep, Review
from participants.services.guidance import edit_goal, mark_step, review_goal
from pluspunt.tests.factories import (
    GoalFactory,
    GoalStepFactory,
    ParticipantFactory,
    PlacementFactory,
    TrajectoryFactory,
    UserFactory,
)
from privacy.models import AccessEvent
from workshops.tests.pages import press

pytestmark = pytest.mark.django_db
LIST = "/deelnemers/evaluaties/"
DAY = timedelta(days=1)
CITIZEN_NUMBER = "111222333"
WORDS = "Ik wil zelf\nmijn post openmaken"


@pytest.fixture
def person(monday, workshop):
    """Somebody in the workshop of the coach."""
    return PlacementFactory(
        workshop=workshop, trajectory__participant__nickname="Hülya", trajectory__participant__surname="Öztürk"
    ).participant


@pytest.fixture
def goal(person):
    return GoalFactory(participant=person)


@pytest.fixture
def client_of_coach(signed_in, coach):
    return signed_in(coach)


def tab(person):
    return reverse("participant_guidance", args=[person.key])


def page_of(client, name, person, *args):
    return client.get(reverse(name, args=[person.key, *args]))


# --- goals ----------------------------------------------------------------------------------------------------------


def test_a_coach_writes_down_a_goal_with_its_first_steps(client_of_coach, coach, person, monday):
    page = page_of(client_of_coach, "goal_add", person)
    assert "Wat wil je bereiken, in je eigen woorden?" in page.text
    assert 'value="2026-06-01"' in page.text  # in three months, unless somebody chooses another day
    typed = {"text": WORDS.replace("\n", "\r\n"), "field": "CARE", "indicator": "LIFE_SKILLS"}
    answer = press(client_of_coach, page, "Bewaar doel", step_1="een map kopen", step_3="samen openmaken", **typed)
    assert answer.url == tab(person)
    goal = Goal.objects.get()
    assert (goal.participant, goal.text, goal.field, goal.indicator) == (person, WORDS, "CARE", "LIFE_SKILLS")
    assert (goal.start_date, goal.review_on, goal.result) == (monday, date(2026, 6, 1), "")
    assert [step.text for step in goal.steps.all()] == ["een map kopen", "samen openmaken"]
    assert goal.history.get().history_user == coach
    assert "Ik wil zelf<br>mijn post openmaken" in client_of_coach.get(tab(person)).text


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("text", "", "Vul dit in."),
        ("text", "x" * 501, "Dit is te lang: hoogstens 500 tekens."),
        ("text", "a\x00b", "Hier staat een teken dat niet mag."),
        ("text", f"bel {CITIZEN_NUMBER}", "burgerservicenummer"),
        ("field", "", "Kies iets uit de lijst."),
        ("field", "RICHES", "Kies iets uit de lijst."),
        ("indicator", "", "Kies iets uit de lijst."),
        ("review_on", "2026-03-02", "Kies een dag na vandaag."),
        ("review_on", "2027-03-04", "Kies een dag binnen een jaar."),
        ("review_on", "ooit", "Schrijf een datum als 23-11-2026."),
        ("step_2", "x" * 201, "Dit is te lang: hoogstens 200 tekens."),
    ],
)
def test_a_goal_that_must_not_be_is_refused_and_stays_on_the_page(client_of_coach, person, field, value, sentence):
    typed = {"text": "Ik wil werken", "field": "WORK", "indicator": "PARTICIPATION", "step_1": "vroeg opstaan"}
    page = page_of(client_of_coach, "goal_add", person)
    answer = press(client_of_coach, page, "Bewaar doel", **{**typed, field: value})
    assert sentence in answer.text
    assert "vroeg opstaan" in answer.text
    assert not Goal.objects.exists()


def test_words_that_look_like_a_script_are_shown_as_they_are(client_of_coach, goal):
    goal.text = "<script>alert(1)</script>"
    goal.save()
    text = client_of_coach.get(tab(goal.participant)).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script>alert" not in text


def test_a_goal_is_put_in_other_words(client_of_coach, goal, coach):
    page = page_of(client_of_coach, "goal_edit", goal.participant, goal.pk)
    press(client_of_coach, page, "Bewaar doel", text="Ik wil een bakfiets maken")
    goal.refresh_from_db()
    assert goal.text == "Ik wil een bakfiets maken"
    now, before = goal.history.all()
    assert (now.history_user, before.text) == (coach, "Ik wil zelf mijn fiets repareren")


def test_a_review_date_that_passed_may_stay_but_not_be_chosen(goal, coach, monday):
    Goal.objects.update(review_on=monday - DAY)
    goal.refresh_from_db()
    goal.text = "Ik wil iets anders"
    edit_goal(goal, by=coach)
    goal.review_on = monday - 2 * DAY
    with pytest.raises(ValidationError, match="Kies een dag na vandaag"):
        edit_goal(goal, by=coach)


def test_two_people_who_change_one_goal_hear_of_each_other(client_of_coach, goal):
    page = page_of(client_of_coach, "goal_edit", goal.participant, goal.pk)
    Goal.objects.update(text="Ik wil lassen")
    answer = press(client_of_coach, page, "Bewaar doel", text="Ik wil zagen")
    assert "Ik wil lassen" in answer.text
    assert "Ik wil zagen" in answer.text
    assert Goal.objects.get().text == "Ik wil lassen"


# --- small steps ----------------------------------------------------------------------------------------------------


def test_a_small_step_is_added_done_and_undone(client_of_coach, goal, monday):
    person = goal.participant
    page = page_of(client_of_coach, "goal_step_add", person, goal.pk)
    press(client_of_coach, page, "Zet de stap erbij", text="de ketting smeren")
    press(client_of_coach, client_of_coach.get(tab(person)), "de ketting smeren")
    assert GoalStep.objects.get().done_on == monday
    page = client_of_coach.get(tab(person))
    assert "gelukt vandaag" in page.text
    press(client_of_coach, page, "de ketting smeren")
    assert GoalStep.objects.get().done_on is None


def test_a_step_is_marked_without_loading_the_page_again(client_of_coach, goal):
    step = GoalStepFactory(goal=goal)
    answer = press(client_of_coach, client_of_coach.get(tab(goal.participant)), "een band plakken", htmx=True)
    assert answer.status_code == 200
    assert 'aria-pressed="true"' in answer.text
    assert "<html" not in answer.text
    step.refresh_from_db()
    assert step.done_on is not None


def test_saying_twice_that_a_step_was_done_changes_nothing(goal, monday):
    step = GoalStepFactory(goal=goal, done_on=monday - DAY)
    mark_step(step, is_done=True)
    assert GoalStep.objects.get().done_on == monday - DAY


def test_a_step_of_somebody_else_does_not_exist(client_of_coach, person):
    step = GoalStepFactory()
    for key in (person.key, step.goal.participant.key):
        answer = client_of_coach.post(reverse("goal_step_mark", args=[key, step.pk]), {"done": "1"})
        assert answer.status_code == 404


# --- reviews --------------------------------------------------------------------------------------------------------


def test_a_review_goes_on_to_the_next(client_of_coach, goal, coach, monday):
    person = goal.participant
    page = page_of(client_of_coach, "review_add", person, goal.pk)
    press(client_of_coach, page, "Bewaar evaluatie", text="De band lukt al", review_on="2026-04-13")
    review = Review.objects.get()
    assert (review.goal, review.text, review.held_on, review.recorded_by) == (goal, "De band lukt al", monday, coach)
    goal.refresh_from_db()
    assert (goal.review_on, goal.is_running) == (date(2026, 4, 13), True)
    text = client_of_coach.get(tab(person)).text
    assert "De band lukt al" in text
    assert "ma 13 apr" in text


@pytest.mark.parametrize(
    ("result", "words"), [("REACHED", "Gehaald"), ("PARTLY", "Deels gehaald"), ("NOT", "Niet gehaald")]
)
def test_a_review_closes_a_goal_with_a_result_and_a_sentence(client_of_coach, goal, coach, monday, result, words):
    person = goal.participant
    page = page_of(client_of_coach, "review_add", person, goal.pk)
    typed = {"text": "Samen gekeken", "outcome": result, "result_text": "Plakt nu zelf banden", "held_on": "2026-02-27"}
    press(client_of_coach, page, "Bewaar evaluatie", **typed)
    goal.refresh_from_db()
    assert (goal.result, goal.result_text) == (result, "Plakt nu zelf banden")
    assert goal.closed_on == date(2026, 2, 27)
    assert goal.history.first().history_user == coach
    text = client_of_coach.get(tab(person)).text
    assert "1 afgesloten doel" in text
    assert words in text
    assert "Plakt nu zelf banden" in text
    assert "Er loopt nog geen doel" in text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"text": ""}, "Vul dit in."),
        ({"held_on": "2026-03-03"}, "Deze dag moet nog komen."),
        ({"held_on": "2025-11-30"}, "Deze dag ligt voor het begin van het doel."),
        ({"review_on": ""}, "Kies de dag van de volgende evaluatie."),
        ({"review_on": "2026-03-02"}, "Kies een dag na vandaag."),
        ({"outcome": "REACHED"}, "Schrijf in één zin hoe het ging."),
        ({"outcome": ""}, "Kies iets uit de lijst."),
        ({"outcome": "WON", "result_text": "ja"}, "Kies iets uit de lijst."),
        ({"outcome": "NOT", "result_text": "x" * 501}, "Dit is te lang"),
    ],
)
def test_a_review_that_must_not_be_is_refused(client_of_coach, goal, typed, sentence):
    page = page_of(client_of_coach, "review_add", goal.participant, goal.pk)
    answer = press(client_of_coach, page, "Bewaar evaluatie", **{"text": "Samen gekeken", **typed})
    assert sentence in answer.text
    assert not Review.objects.exists()
    assert Goal.objects.get().is_running


def test_a_closed_goal_is_not_reviewed_changed_or_stepped_on(client_of_coach, goal, coach, monday):
    step = GoalStepFactory(goal=goal)
    pages = {
        "Bewaar evaluatie": page_of(client_of_coach, "review_add", goal.participant, goal.pk),
        "Bewaar doel": page_of(client_of_coach, "goal_edit", goal.participant, goal.pk),
        "Zet de stap erbij": page_of(client_of_coach, "goal_step_add", goal.participant, goal.pk),
    }
    review_goal(Review(goal=goal, text="klaar"), by=coach, result="REACHED", result_text="Gelukt")
    for button, page in pages.items():
        assert "al afgesloten" in press(client_of_coach, page, button, text="nog iets").text
    answer = client_of_coach.post(reverse("goal_step_mark", args=[goal.participant.key, step.pk]), {"done": "1"})
    assert "al afgesloten" in client_of_coach.get(answer.url).text
    assert (Review.objects.count(), Goal.objects.get().text) == (1, "Ik wil zelf mijn fiets repareren")
    assert [each.done_on for each in GoalStep.objects.all()] == [None]


def test_a_closed_goal_is_opened_again(client_of_coach, goal, coach, monday):
    review_goal(Review(goal=goal, text="klaar"), by=coach, result="NOT", result_text="Te druk")
    press(client_of_coach, client_of_coach.get(tab(goal.participant)), "Open dit doel opnieuw")
    goal.refresh_from_db()
    assert (goal.is_running, goal.closed_on, goal.review_on) == (True, None, monday + timedelta(weeks=4))
    assert [row.result_text for row in goal.history.all()] == ["", "Te druk", ""]
    answer = client_of_coach.post(reverse("goal_reopen", args=[goal.participant.key, goal.pk]))
    assert "Dit doel loopt nog." in client_of_coach.get(answer.url).text


@given(days=st.integers(-400, 800))
def test_a_review_is_due_when_its_day_has_passed(days):
    today = date.today()
    goal = Goal(start_date=date(2000, 1, 1), review_on=today + timedelta(days=days))
    assert goal.is_overdue == (days < 0)
    goal.result = Goal.Result.NOT
    assert not goal.is_overdue


# --- the list of reviews --------------------------------------------------------------------------------------------


def listed(client, **query):
    return [goal.pk for goal in client.get(LIST, {"sort": "datum", **query}).context["page_obj"]]


@pytest.fixture
def five(monday, person):
    """Goals of one person with their next review late, today, on Sunday, in four weeks, and a day later."""
    days = {"late": -1, "today": 0, "sunday": 6, "soon": 28, "later": 29}
    return {
        name: GoalFactory(
            participant=person, review_on=monday + days * DAY, field="ART" if name == "soon" else "WORK"
        ).pk
        for name, days in days.items()
    }


def test_the_list_shows_what_is_late_and_what_comes(client_of_coach, five):
    names = {pk: name for name, pk in five.items()}

    def chosen(**query):
        return [names[pk] for pk in listed(client_of_coach, **query)]

    assert chosen() == ["late", "today", "sunday", "soon"]
    assert chosen(wanneer="te-laat") == ["late"]
    assert chosen(wanneer="deze-week") == ["today", "sunday"]
    assert chosen(wanneer="vier-weken") == ["today", "sunday", "soon"]
    assert chosen(gebied="ART") == ["soon"]
    assert chosen(wanneer="nooit", gebied="RICHES") == ["late", "today", "sunday", "soon"]


def test_the_list_is_of_the_people_whom_one_may_see(client_of_coach, signed_in, coordinator, goal):
    other = GoalFactory(participant=TrajectoryFactory().participant, review_on=goal.review_on)
    assert listed(client_of_coach) == [goal.pk]
    assert set(listed(signed_in(coordinator))) == {goal.pk, other.pk}
    assert listed(signed_in(UserFactory())) == []


def test_nobody_is_asked_to_review_with_who_left(signed_in, coordinator, goal, monday, coach):
    client = signed_in(coordinator)
    gone = GoalFactory(participant=TrajectoryFactory(end_date=monday - DAY).participant, review_on=monday - 9 * DAY)
    coming = GoalFactory(participant=TrajectoryFactory(start_date=monday + DAY).participant)
    review_goal(Review(goal=goal, text="klaar"), by=coach, result="REACHED", result_text="Gelukt")
    assert listed(client) == []
    assert "te laat" not in client.get(tab(gone.participant)).text
    assert coming.participant.full_name in client.get(tab(coming.participant)).text


def test_who_has_no_goal_yet_is_counted_and_listed(signed_in, coordinator, goal, monday):
    client = signed_in(coordinator)
    new = TrajectoryFactory().participant
    TrajectoryFactory(target_group="SKILLED_VOLUNTEER")
    TrajectoryFactory(end_date=monday - DAY)
    ParticipantFactory()
    assert "1 deelnemer nog zonder doel" in client.get(LIST).text
    page = client.get(LIST, {"wanneer": "zonder-doel"})
    assert list(page.context["page_obj"]) == [new]
    assert reverse("goal_add", args=[new.key]) in page.text


def test_the_list_is_sorted_remembered_and_forgotten(client_of_coach, five, workshop):
    first = PlacementFactory(workshop=workshop, trajectory__participant__surname="Aa").participant
    goal = GoalFactory(participant=first, review_on=date(2026, 3, 20))
    assert listed(client_of_coach, sort="naam")[0] == goal.pk
    assert client_of_coach.get(LIST).url == f"{LIST}?sort=naam"
    assert client_of_coach.get(LIST, {"wis": "1"}).url == LIST
    assert client_of_coach.get(LIST).context["page_obj"].paginator.count == 5


def test_the_list_is_taken_along(client_of_coach, goal):
    answer = client_of_coach.get(LIST, {"als": "csv"})
    assert answer.content.decode("utf-8-sig").splitlines() == [
        "Naam;Doel;Gebied;Draagt bij aan;Evaluatie;Te laat",
        "Öztürk, Hülya;Ik wil zelf mijn fiets repareren;werk;zelfredzaamheid;09-03-2026;nee",
    ]
    event = AccessEvent.objects.get(action="EXPORT")
    assert [subject.object_id for subject in event.subjects.all()] == [goal.participant_id]
    answer = client_of_coach.get(LIST, {"als": "xlsx", "wanneer": "zonder-doel"})
    assert answer["Content-Type"].endswith("sheet")


def test_the_file_of_who_has_no_goal(client_of_coach, person, tmp_path):
    path = tmp_path / "list.xlsx"
    path.write_bytes(client_of_coach.get(LIST, {"als": "xlsx", "wanneer": "zonder-doel"}).content)
    rows = list(load_workbook(path).active.values)
    assert rows[0] == ("Naam", "Doelgroep", "Sinds")
    assert rows[1][:2] == ("Öztürk, Hülya", "activering")


# --- queries --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wanneer", ["te-laat", "zonder-doel"])
def test_the_list_takes_as_many_queries_for_one_as_for_three(
    client_of_coach, workshop, monday, wanneer, django_assert_max_num_queries
):
    def add():
        person = PlacementFactory(workshop=workshop).participant
        if wanneer == "te-laat":
            GoalFactory(participant=person, review_on=monday - DAY)

    add()
    client_of_coach.get(LIST, {"wanneer": wanneer})  # what is remembered from now on
    with django_assert_max_num_queries(25) as first:
        client_of_coach.get(LIST, {"wanneer": wanneer})
    add(), add()
    with django_assert_max_num_queries(25) as second:
        assert client_of_coach.get(LIST, {"wanneer": wanneer}).context["page_obj"].paginator.count == 3
    assert len(first) == len(second)


def test_the_page_of_a_person_takes_as_many_queries_for_one_goal_as_for_three(
    client_of_coach, person, coach, django_assert_max_num_queries
):
    def add():
        goal = GoalFactory(participant=person)
        GoalStepFactory(goal=goal)
        Review.objects.create(goal=goal, text="ging goed", recorded_by=coach)

    add()
    client_of_coach.get(tab(person))  # what is asked once and kept
    with django_assert_max_num_queries(30) as first:
        client_of_coach.get(tab(person))
    add(), add()
    with django_assert_max_num_queries(30) as second:
        client_of_coach.get(tab(person))
    assert len(first) == len(second)
