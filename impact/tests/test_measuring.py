"""Measuring together: asked first, one statement per screen, and nothing counted that was not said."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from impact.figures.growth import growth_figures
from impact.models import Answer, Measurement, MicroMeasurement, Rater, Score, Statement
from impact.services.ladder import open_halves, record_position
from impact.services.measuring import (
    answer_statement,
    discard_measurement,
    finish_measurement,
    record_choice,
    scores_of,
    start_measurement,
    statements_of,
    withdraw_measurement,
)
from impact.services.micro import next_card, record_card
from impact.services.statements import add_statement, change_statement, running_statements, stop_statement
from participants.models import ConsentPurpose, ConsentText, PeopleIndicator
from pluspunt.periods import Period
from pluspunt.tests.factories import (
    MeasurementChoiceFactory,
    MeasurementFactory,
    ParticipantFactory,
    PlacementFactory,
    ScoreFactory,
    TrajectoryFactory,
    VolunteerFactory,
)
from privacy.models import AccessEvent
from workshops.services.sessions import ensure_sessions
from workshops.tests.pages import forms_on

pytestmark = pytest.mark.django_db
SELF, COACH = Rater.SELF, Rater.COACH
DAY = timedelta(days=1)


@pytest.fixture
def person(monday, workshop):
    """Somebody of the coach's workshop who takes part in measuring."""
    person = PlacementFactory(workshop=workshop, trajectory__participant__nickname="Hülya").participant
    MeasurementChoiceFactory(participant=person)
    return person


@pytest.fixture
def tablet(signed_in, coach):
    """The coach's, signed in."""
    return signed_in(coach)


def answer_all(measurement: Measurement, value: int | None = 4) -> None:
    for statement in statements_of(measurement):
        answer_statement(measurement, statement, value)


def measured(person, by, value=4, rater=SELF) -> Measurement:
    draft = start_measurement(person, rater, by=by)
    answer_all(draft, value)
    return finish_measurement(draft, by=by)


def refusal(error) -> str:
    return " ".join(error.value.messages)


# --- Asked first ----------------------------------------------------------------------------------------------------


def test_nobody_is_measured_before_they_agreed(monday, coach):
    person = PlacementFactory().participant
    with pytest.raises(ValidationError) as never:
        start_measurement(person, SELF, by=coach)
    assert refusal(never) == "Vraag eerst of deze persoon mee wil doen."
    record_choice(person, False, by=coach)
    with pytest.raises(ValidationError) as refused:
        start_measurement(person, SELF, by=coach)
    assert refusal(refused) == "Deze persoon doet niet mee aan meten."
    record_choice(person, True, by=coach)
    assert start_measurement(person, SELF, by=coach).moment == Measurement.Moment.BASELINE


def test_every_choice_is_kept_and_the_same_one_is_kept_once(person, coach):
    assert record_choice(person, True, by=coach) is None
    assert record_choice(person, False, by=coach).takes_part is False
    assert record_choice(person, False, by=coach) is None
    assert person.measurement_choices.count() == 2


def test_a_new_text_is_read_and_agreed_to_again(person, coach, monday):
    old = ConsentText.objects.get(purpose=ConsentPurpose.MEASURE)
    new = ConsentText.objects.create(
        purpose=ConsentPurpose.MEASURE, version=old.version + 1, text="Mogen we meten?", valid_from=monday
    )
    assert record_choice(person, True, by=coach).text == new


def test_without_a_text_nothing_can_be_asked(monday, coach):
    ConsentText.objects.filter(purpose=ConsentPurpose.MEASURE).delete()
    with pytest.raises(ValidationError) as error:
        record_choice(ParticipantFactory(), True, by=coach)
    assert refusal(error) == "Er is nog geen tekst om voor te lezen. Vraag de beheerder om er een te maken."


def test_who_stops_halfway_keeps_the_draft_and_answers_no_more(person, coach):
    draft = start_measurement(person, SELF, by=coach)
    record_choice(person, False, by=coach)
    with pytest.raises(ValidationError) as error:
        answer_statement(draft, statements_of(draft)[0], 3)
    assert refusal(error) == "Deze persoon doet niet mee aan meten."
    record_choice(person, True, by=coach)
    assert start_measurement(person, SELF, by=coach) == draft


def test_a_skilled_volunteer_is_not_measured(monday, coach):
    person = VolunteerFactory().participant
    MeasurementChoiceFactory(participant=person)
    with pytest.raises(ValidationError) as error:
        start_measurement(person, SELF, by=coach)
    assert refusal(error) == "Deze persoon heeft nog geen traject. Meten kan vanaf de eerste dag."


# --- Answers and scores ---------------------------------------------------------------------------------------------


def test_a_measurement_ends_with_a_score_per_indicator(person, coach):
    done = measured(person, coach)
    assert done.is_finished
    assert sorted(done.scores.values_list("indicator", flat=True)) == sorted(PeopleIndicator)
    assert set(done.scores.values_list("asked", "answered", "points")) <= {(n, n, 4 * n) for n in range(1, 6)}
    assert sum(done.scores.values_list("asked", flat=True)) == len(statements_of(done)) == 15


def test_not_knowing_is_an_answer_and_passing_over_is_not(person, coach):
    draft = start_measurement(person, SELF, by=coach)
    first, *others = statements_of(draft)
    for statement in others:
        answer_statement(draft, statement, None)
    with pytest.raises(ValidationError) as error:
        finish_measurement(draft, by=coach)
    assert refusal(error) == "Nog niet alle stellingen zijn geweest."
    answer_statement(draft, first, None)
    assert finish_measurement(draft, by=coach).scores.count() == 0


def test_a_second_tap_changes_the_answer_and_adds_none(person, coach):
    draft = start_measurement(person, SELF, by=coach)
    statement = statements_of(draft)[0]
    assert answer_statement(draft, statement, 2) is True
    assert answer_statement(draft, statement, 5) is False
    assert draft.answers.get().value == 5


def test_finished_is_finished(person, coach):
    done = measured(person, coach)
    assert finish_measurement(done, by=coach).finished_at == done.finished_at
    with pytest.raises(ValidationError) as error:
        answer_statement(done, statements_of(done)[0], 1)
    assert refusal(error) == "Deze meting is al klaar."
    assert discard_measurement(done, by=coach) is False
    with pytest.raises(ValidationError) as twice:
        start_measurement(person, SELF, by=coach)
    assert "meting" in refusal(twice)
    assert start_measurement(person, COACH, by=coach).rater == COACH


def test_a_draft_can_be_thrown_away_once(person, coach):
    draft = start_measurement(person, SELF, by=coach)
    answer_all(draft)
    assert discard_measurement(draft, by=coach) is True
    assert discard_measurement(draft, by=coach) is False
    assert not Answer.objects.exists()


@given(
    st.dictionaries(st.sampled_from(PeopleIndicator), st.lists(st.none() | st.integers(1, 5), min_size=1), min_size=1)
)
@settings(max_examples=50, deadline=None)
def test_a_score_needs_half_of_the_answers(said):
    statements = [
        Statement(pk=100 * number + position, indicator=indicator)
        for number, (indicator, values) in enumerate(said.items())
        for position in range(len(values))
    ]
    values = dict(zip((each.pk for each in statements), (v for row in said.values() for v in row), strict=True))
    found = {score.indicator: score for score in scores_of(Measurement(rater=SELF), statements, values)}
    for indicator, row in said.items():
        known = [value for value in row if value is not None]
        assert (indicator in found) == (len(known) > 0 and len(known) >= len(row) - len(known))
        if indicator in found:
            score = found[indicator]
            assert (score.points, score.answered, score.asked) == (sum(known), len(known), len(row))


# --- Taken back -----------------------------------------------------------------------------------------------------


def test_a_measurement_of_somebody_else_is_taken_back_and_growth_with_it(person, coach, monday):
    path = person.trajectories.get()
    for days, points in ((300, 4), (150, 10), (10, 6)):
        when = monday - timedelta(days=days)
        ScoreFactory(
            measurement=MeasurementFactory(trajectory=path, taken_on=when, finished_at=f"{when}T10:00Z"),
            indicator=PeopleIndicator.LIFE_SKILLS,
            points=points,
        )
    person.scores.write_growth()
    year = Period(monday - timedelta(days=100), monday)
    assert growth_figures(year)[SELF, PeopleIndicator.LIFE_SKILLS].mean == 1
    first = person.measurements.order_by("taken_on").first()
    assert withdraw_measurement(first, reason="van iemand anders", by=coach) is True
    assert growth_figures(year)[SELF, PeopleIndicator.LIFE_SKILLS].mean == -2
    kept = Measurement.history.filter(id=first.pk, history_type="-").get()
    assert (kept.history_user, kept.history_change_reason) == (coach, "van iemand anders")
    assert withdraw_measurement(first, reason="nog eens", by=coach) is False


def test_a_coach_takes_a_measurement_back_with_the_form(person, coach, tablet):
    done = measured(person, coach)
    url = reverse("measurement_withdraw", args=[person.key, done.pk])
    assert url in tablet.get(reverse("participant_growth", args=[person.key])).content.decode()
    [form] = [form for form in forms_on(tablet.get(url)) if "reason" in form.fields]
    empty = tablet.post(url, form.fields | {"reason": " "})
    assert list(empty.context["form"].errors) == ["reason"]
    assert Score.objects.exists()
    answer = tablet.post(url, form.fields | {"reason": "verkeerde persoon"}, follow=True)
    assert "De meting is ingetrokken en telt niet meer." in answer.content.decode()
    assert not Measurement.objects.exists()
    assert not Score.objects.exists()


# --- On the tablet --------------------------------------------------------------------------------------------------


def test_from_the_question_to_thanks_by_tapping(monday, workshop, coach, tablet):
    person = PlacementFactory(workshop=workshop).participant
    choose = reverse("measurement_choose", args=[person.key])
    assert tablet.post(choose, {"takes_part": "ja"}).status_code == 302
    page = tablet.post(reverse("measurement_start", args=[person.key]), {"rater": "SELF"}, follow=True)
    taps = 0
    while "statement" in (found := {k: v for form in forms_on(page) for k, v in form.fields.items()}):
        url = page.request["PATH_INFO"]
        page = tablet.post(url, {"statement": found["statement"], "value": "geen" if taps == 0 else "3"}, follow=True)
        taps += 1
    assert taps == 15
    draft = person.measurements.get()
    thanks = tablet.post(reverse("measurement_finish", args=[person.key, draft.pk]), follow=True)
    assert thanks.request["PATH_INFO"] == reverse("measurement_thanks", args=[person.key, draft.pk])
    assert draft.answers.filter(value=None).count() == 1
    # Every way back into it leads to the thanks.
    for name in ("measurement_answer", "measurement_finish"):
        answer = tablet.get(reverse(name, args=[person.key, draft.pk]))
        assert answer.url == thanks.request["PATH_INFO"]


@pytest.mark.parametrize(
    "typed",
    [{}, {"value": "6"}, {"value": "3", "statement": "999"}, {"value": "drie"}, {"statement": "3", "value": "3\0"}],
)
def test_an_answer_that_cannot_be_changes_nothing(person, coach, tablet, typed):
    draft = start_measurement(person, SELF, by=coach)
    url = reverse("measurement_answer", args=[person.key, draft.pk])
    asked = {"statement": statements_of(draft)[0].pk}
    page = tablet.post(url, asked | typed)
    assert page.status_code == 200
    assert page.context["form"].errors
    assert not draft.answers.exists()


@pytest.mark.parametrize("asked", ["0", "16", "999999999999", "x", "²", ""])
def test_a_step_that_is_none_is_the_first_open_one(person, coach, tablet, asked):
    draft = start_measurement(person, SELF, by=coach)
    page = tablet.get(reverse("measurement_answer", args=[person.key, draft.pk]), {"stap": asked})
    assert page.context["step"].number == 1


def test_the_measurement_of_another_is_not_found(person, coach, tablet, monday, workshop):
    other = PlacementFactory(workshop=workshop).participant
    MeasurementChoiceFactory(participant=other)
    draft = start_measurement(other, SELF, by=coach)
    for name in ("measurement_answer", "measurement_finish", "measurement_thanks", "measurement_withdraw"):
        assert tablet.get(reverse(name, args=[person.key, draft.pk])).status_code == 404
    assert tablet.post(reverse("measurement_discard", args=[person.key, draft.pk])).status_code == 404
    assert other.measurements.get() == draft


def test_looking_at_a_measurement_is_written_down(person, coach, tablet):
    draft = start_measurement(person, SELF, by=coach)
    tablet.get(reverse("measurement_answer", args=[person.key, draft.pk]))
    event = AccessEvent.objects.latest("pk")
    assert (event.user, event.action, event.data) == (coach, "VIEW", "meting")
    assert event.subjects.get().object_id == person.pk


# --- Cards ----------------------------------------------------------------------------------------------------------


def test_cards_ask_every_statement_in_turn_and_count_once(person, coach):
    asked = []
    for _ in range(16):
        statement, key = next_card(person), uuid4()
        assert record_card(person, statement, 3, key=key, by=coach) is True
        assert record_card(person, statement, 5, key=key, by=coach) is False
        asked.append(statement)
    assert len(set(asked[:15])) == 15
    assert asked[15] == asked[0]
    assert MicroMeasurement.objects.filter(value=3).count() == 16
    assert not Score.objects.exists()


def test_a_card_is_for_who_takes_part_and_of_a_statement_that_is_asked(monday, coach, person):
    with pytest.raises(ValidationError) as never:
        record_card(ParticipantFactory(), next_card(person), 3, key=uuid4(), by=coach)
    assert refusal(never) == "Vraag eerst of deze persoon mee wil doen."
    statement = next_card(person)
    Statement.objects.filter(pk=statement.pk).update(valid_to=monday - DAY)
    with pytest.raises(ValidationError) as stopped:
        record_card(person, statement, 3, key=uuid4(), by=coach)
    assert refusal(stopped) == "Deze stelling vragen we niet meer. Neem een nieuw kaartje."


def test_the_register_offers_a_card_to_who_takes_part(person, workshop, tablet, monday):
    without = PlacementFactory(workshop=workshop).participant
    ensure_sessions(monday)
    page = tablet.get(reverse("register_detail", args=[workshop.pk, monday, "MORNING"])).content.decode()
    assert reverse("card_add", args=[person.key]) in page
    assert reverse("card_add", args=[without.key]) not in page


def test_a_card_is_tapped_and_kept(person, coach, tablet):
    url = reverse("card_add", args=[person.key])
    [form] = [form for form in forms_on(tablet.get(url)) if "key" in form.fields]
    tablet.post(url, {**form.fields, "value": "5"})
    card = person.micro_measurements.get()
    assert (card.value, card.taken_by, str(card.statement_id)) == (5, coach, form.fields["statement"])


# --- Ladder ---------------------------------------------------------------------------------------------------------


def test_a_step_of_a_half_year_is_corrected_and_the_old_one_kept(person, coach, monday):
    assert open_halves(monday) == [(2026, 1), (2025, 2), (2025, 1), (2024, 2), (2024, 1)]
    assert record_position(person, 2025, 2, 3, by=coach) is True
    assert record_position(person, 2025, 2, 3, by=coach) is False
    assert record_position(person, 2025, 2, 4, by=coach) is True
    position = person.ladder_positions.get()
    assert [row.rung for row in position.history.all()] == [4, 3]


@pytest.mark.parametrize("half_year", [(2026, 2), (2023, 2), (2025, 3)])
def test_a_half_year_out_of_reach_gets_no_step(person, coach, half_year):
    with pytest.raises(ValidationError) as error:
        record_position(person, *half_year, 3, by=coach)
    assert refusal(error) == "Kies een halfjaar uit de lijst."


# --- Statements -----------------------------------------------------------------------------------------------------


def newest(number: int = 1) -> Statement:
    return running_statements().get(number=number)


def test_other_words_are_another_version_once_it_was_answered(person, coach, monday):
    statement = newest()
    statement.text = "Ik durf iets nieuws."
    assert change_statement(statement).version == 1
    draft = start_measurement(person, SELF, by=coach)
    answer_all(draft)
    statement = newest()
    statement.text = "Ik durf veel."
    changed = change_statement(statement)
    assert (changed.version, changed.valid_from) == (2, monday)
    old = Statement.objects.get(number=1, version=1)
    assert (old.text, old.valid_to) == ("Ik durf iets nieuws.", monday - DAY)
    assert draft.answers.filter(statement=old).exists()


def test_an_edit_of_a_version_that_is_gone_is_refused(person, coach):
    first, second = newest(), newest()
    answer_all(start_measurement(person, SELF, by=coach))
    first.text, second.text = "Ik durf.", "Ik durf niet."
    change_statement(first)
    with pytest.raises(ValidationError) as error:
        change_statement(second)
    assert refusal(error) == "Iemand anders heeft deze stelling intussen gewijzigd. Kijk het na."


def test_a_draft_asks_what_was_asked_on_the_day_it_began(person, coach, monday):
    draft = start_measurement(person, SELF, by=coach)
    before = statements_of(draft)
    stop_statement(newest(2))
    added = add_statement(
        Statement(indicator=PeopleIndicator.LIFE_SKILLS, text="Ik kook.", coach_text="kookt.", number=1)
    )
    assert (added.number, added.version) == (16, 1)
    assert set(statements_of(draft)) == {*before, added}
    with pytest.raises(ValidationError):
        stop_statement(Statement.objects.get(number=2))


def test_management_changes_a_statement_with_the_form(signed_in, manager):
    desk = signed_in(manager)
    url = reverse("statement_edit", args=[newest().pk])
    [form] = [form for form in forms_on(desk.get(url)) if "coach_text" in form.fields]
    assert desk.post(url, form.fields | {"text": ""}).context["form"].errors["text"]
    assert desk.post(url, form.fields | {"text": "Ik durf het."}).url == reverse("statement_list")
    assert newest().text == "Ik durf het."
    add = reverse("statement_add")
    [form] = [form for form in forms_on(desk.get(add)) if "coach_text" in form.fields]
    typed = {"indicator": "LIFE_SKILLS", "text": "Ik kook.", "coach_text": "kookt zelf."}
    assert desk.post(add, form.fields | typed).status_code == 302
    desk.post(reverse("statement_stop", args=[newest(16).pk]))
    assert not running_statements().filter(number=16).exists()


def test_a_trajectory_that_is_over_for_long_is_measured_no_more(monday, coach):
    path = TrajectoryFactory(start_date=monday - timedelta(days=400), end_date=monday - timedelta(days=60))
    MeasurementChoiceFactory(participant=path.participant)
    with pytest.raises(ValidationError) as error:
        start_measurement(path.participant, SELF, by=coach)
    assert refusal(error) == "Het traject is afgelopen: er wordt niet meer gemeten."
