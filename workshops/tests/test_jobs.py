"""Jobs: what there is to do, how far it is, and what attendance says about it; every form is the one on the page."""

from datetime import time, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from pluspunt.tests.factories import JobFactory, OrganisationFactory, PlacementFactory, UserFactory, WorkshopFactory
from privacy.models import AccessEvent
from workshops.models import Attendance, Job, Output, OutputType, Value
from workshops.services.attendance import Mark, change_attendance
from workshops.services.jobs import JobFigures, _minutes, job_figures, jobs_of_day, set_job_state
from workshops.services.sessions import ensure_sessions
from workshops.tests.pages import forms_on, press

pytestmark = pytest.mark.django_db
State, Status = Job.State, Attendance.Status
DAY = timedelta(days=1)


@pytest.fixture
def desk(signed_in, coach):
    """The coach's, signed in."""
    return signed_in(coach)


@pytest.fixture
def job(monday, workshop):
    return JobFactory(workshop=workshop, title="Bakfiets opknappen", customer="Wijkhuis", due_on=monday + 3 * DAY)


def work(row, job, by, **times):
    return change_attendance(row.pk, Mark(Status.PRESENT, job=job.pk, **times), by=by)


def said(page) -> list[str]:
    return [str(message) for message in page.context["messages"]]


# --- How far a job is -------------------------------------------------------------------------------------------


def test_a_job_that_is_done_has_its_day_and_result_and_its_history(job, coach, monday):
    set_job_state(job, State.BUSY, by=coach)
    done = set_job_state(job, State.DONE, by=coach, result="rijdt weer")
    assert (done.state, done.finished_on, done.result) == (State.DONE, monday, "rijdt weer")
    kept = job.history.order_by("history_id").values_list("state", "history_user")
    assert list(kept)[-2:] == [(State.BUSY, coach.pk), (State.DONE, coach.pk)]


def test_what_is_taken_up_again_keeps_its_result_and_has_no_day(job, coach):
    set_job_state(job, State.DONE, by=coach, result="rijdt weer")
    again = set_job_state(job, State.BUSY, by=coach)
    assert (again.state, again.finished_on, again.result) == (State.BUSY, None, "rijdt weer")


def test_the_same_state_twice_changes_nothing(job, coach):
    set_job_state(job, State.DONE, by=coach, result="rijdt weer")
    kept = job.history.count()
    set_job_state(job, State.DONE, by=coach, result="rijdt weer")
    set_job_state(job, State.DONE, by=coach)
    assert job.history.count() == kept


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (State.DONE, State.DROPPED),
        (State.DONE, State.WAITING),
        (State.DROPPED, State.DONE),
        (State.DROPPED, State.BUSY),
        (State.WAITING, "WEG"),
    ],
)
def test_a_step_that_cannot_be_is_refused(job, coach, before, after):
    if before != State.WAITING:
        set_job_state(job, before, by=coach)
    with pytest.raises(ValidationError, match="Deze klus is intussen"):
        set_job_state(job, after, by=coach)
    assert Job.objects.get().state == before


def test_who_finishes_second_with_another_result_is_told(job, coach):
    set_job_state(job, State.DONE, by=coach, result="rijdt weer")
    with pytest.raises(ValidationError, match="intussen klaar"):
        set_job_state(job, State.DONE, by=coach, result="wiel is krom")
    assert Job.objects.get().result == "rijdt weer"


# --- The jobs of a day ------------------------------------------------------------------------------------------


def test_the_jobs_of_a_day_go_on_in_that_workshop_the_first_due_first(session, job, coach):
    later = JobFactory(workshop=session.workshop)
    sooner = JobFactory(workshop=session.workshop, due_on=session.date - DAY)
    JobFactory()
    set_job_state(JobFactory(workshop=session.workshop), State.DROPPED, by=coach)
    assert jobs_of_day(session) == [sooner, job, later]


def test_a_job_stays_on_the_day_on_which_it_is_finished(session, job, coach):
    set_job_state(job, State.DONE, by=coach)
    assert jobs_of_day(session) == [job]
    Job.objects.update(finished_on=session.date - DAY)
    assert jobs_of_day(session) == []


def test_there_are_at_most_six_and_one_with_somebody_on_it_is_among_them(session, coach):
    jobs = [JobFactory(workshop=session.workshop, due_on=session.date + n * DAY) for n in range(8)]
    assert jobs_of_day(session) == jobs[:6]
    work(session.attendances.first(), jobs[7], coach)
    assert jobs_of_day(session) == [*jobs[:5], jobs[7]]


# --- What attendance says about it --------------------------------------------------------------------------------


def test_hours_day_parts_and_people_follow_from_attendance(session, job, coach, workshop):
    first, second, third = session.attendances.all()
    work(first, job, coach)
    work(second, job, coach, arrived_at=time(9, 30), left_at=time(12, 15))
    before = workshop.sessions.get(date=session.date - 7 * DAY)
    work(before.attendances.get(participant=first.participant), job, coach, left_at=time(10, 30))
    work(third, JobFactory(workshop=workshop), coach)
    assert job_figures([job]) == {job.pk: JobFigures(Decimal("8.75"), 3, 2)}


def test_who_is_no_longer_present_does_not_count(session, job, coach):
    row = work(session.attendances.first(), job, coach)
    change_attendance(row.pk, Mark(Status.NO_SHOW), by=coach)
    assert job_figures([job]) == {job.pk: JobFigures()}


@pytest.mark.parametrize(
    ("part", "arrived", "left", "minutes"),
    [
        ("MORNING", None, None, 240),
        ("AFTERNOON", None, None, 240),
        ("MORNING", time(8, 0), time(13, 0), 240),
        ("AFTERNOON", time(13, 15), None, 195),
        ("MORNING", time(13, 0), None, 0),
        ("AFTERNOON", None, time(12, 0), 0),
    ],
)
def test_what_lies_outside_the_day_part_does_not_count(part, arrived, left, minutes):
    assert _minutes(part, arrived, left) == minutes


@given(st.sampled_from(["MORNING", "AFTERNOON"]), st.none() | st.times(), st.none() | st.times())
def test_a_day_part_is_never_longer_than_four_hours_nor_shorter_than_nothing(part, arrived, left):
    assert 0 <= _minutes(part, arrived, left) <= 240


def test_a_job_of_another_workshop_cannot_be_tapped(session, coach):
    with pytest.raises(ValidationError, match="andere werkplaats"):
        work(session.attendances.first(), JobFactory(), coach)


# --- The list -----------------------------------------------------------------------------------------------------


def test_a_coach_sees_the_jobs_of_their_workshops_and_a_coordinator_all(job, desk, coordinator, signed_in):
    other = JobFactory(title="Kas repareren")
    page = desk.get(reverse("job_list"))
    assert [each.pk for each in page.context["page_obj"]] == [job.pk]
    page = signed_in(coordinator).get(reverse("job_list"))
    assert {each.pk for each in page.context["page_obj"]} == {job.pk, other.pk}


def test_the_list_says_what_is_late_for_whom_and_how_many_people(session, job, desk, coach):
    Job.objects.update(due_on=session.date - DAY, people_wanted=2)
    work(session.attendances.first(), job, coach)
    text = desk.get(reverse("job_list")).text
    assert "te laat" in text
    assert "Wijkhuis" in text
    assert "1 van 2" in text
    Job.objects.update(due_on=session.date, customer="", partner=None)
    text = desk.get(reverse("job_list")).text
    assert "te laat" not in text
    assert "eigen gebruik" in text


def test_what_is_done_stands_below_and_behind_the_filter(job, desk, coach, workshop):
    set_job_state(job, State.DONE, by=coach, result="rijdt weer")
    page = desk.get(reverse("job_list"))
    assert (list(page.context["page_obj"]), page.context["done"]) == ([], [job])
    page = press(desk, page, "Toon", state="DONE")
    assert (list(page.context["page_obj"]), page.context["done"]) == ([job], [])
    assert "rijdt weer" in page.text


def test_the_list_of_one_workshop(job, signed_in, coordinator):
    other = JobFactory()
    desk = signed_in(coordinator)
    page = press(desk, desk.get(reverse("job_list")), "Toon", workshop=str(other.workshop_id))
    assert list(page.context["page_obj"]) == [other]


def test_a_coach_without_a_workshop_is_told_whom_to_ask(signed_in):
    desk = signed_in(UserFactory())
    assert "Vraag de beheerder" in desk.get(reverse("job_list")).text
    assert "Vraag de beheerder" in desk.get(reverse("job_add")).text


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(("state", "queries"), [("", 9), ("DONE", 8)])
def test_the_list_takes_as_many_queries_for_one_as_for_three(
    number, state, queries, session, desk, coach, django_assert_num_queries
):
    partner = OrganisationFactory()
    for _ in range(number):
        JobFactory(workshop=session.workshop, partner=partner)
        set_job_state(JobFactory(workshop=session.workshop, partner=partner), State.DONE, by=coach)
    with django_assert_num_queries(queries):
        page = desk.get(reverse("job_list"), {"state": state, "eenmalig": "1"})
    assert len(page.context["page_obj"]) == number


# --- One job ------------------------------------------------------------------------------------------------------


def test_a_coach_adds_a_job_to_their_workshop(desk, workshop, coach, monday):
    page = desk.get(reverse("job_add"))
    assert forms_on(page)[-1].fields["workshop"] == str(workshop.pk)
    answer = press(desk, page, "Voeg klus toe", title="Tandem opknappen", customer="Buurthuis", people_wanted="2")
    job = Job.objects.get()
    assert answer.url == reverse("job_detail", args=[job.pk])
    assert (job.title, job.workshop, job.state, job.people_wanted) == ("Tandem opknappen", workshop, State.WAITING, 2)
    assert job.history.get().history_user == coach


def test_a_job_in_another_workshop_is_refused(desk, workshop):
    other = WorkshopFactory()
    page = press(desk, desk.get(reverse("job_add")), "Voeg klus toe", title="Kast", workshop=str(other.pk))
    assert "Kies iets uit de lijst." in page.text
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    "typed",
    [
        "Jan, 06-12345678",
        "+31 10 1234567",
        "Straat 1, 3011 AB",
        "3011AB Rotterdam",
        "jan@voorbeeld.nl",
        "123456782",
        "=SOM(A1)",
    ],
)
@pytest.mark.parametrize("field", ["customer", "title"])
def test_of_a_customer_no_more_than_a_name_is_kept(desk, workshop, field, typed):
    data = {"title": "Kast", field: typed}
    page = press(desk, desk.get(reverse("job_add")), "Voeg klus toe", **data)
    assert field in page.context["form"].errors
    assert not Job.objects.exists()


@pytest.mark.parametrize("typed", ["mevrouw Jansen", "Wijk 2010", "Klas 4B van de 1e Openbare School", "2 buren"])
def test_a_name_with_a_number_is_a_name(desk, workshop, typed):
    press(desk, desk.get(reverse("job_add")), "Voeg klus toe", title="Kast", customer=typed)
    assert Job.objects.get().customer == typed


def test_a_coach_changes_a_job_but_not_its_workshop(job, desk, coach):
    page = desk.get(reverse("job_edit", args=[job.pk]))
    assert not {"workshop", "result", "state"} & forms_on(page)[-1].fields.keys()
    press(desk, page, "Bewaar klus", title="Bakfiets rijklaar maken")
    assert Job.objects.get().title == "Bakfiets rijklaar maken"
    assert job.history.latest().history_user == coach


def test_two_people_who_change_the_same_are_asked(job, desk):
    page = desk.get(reverse("job_edit", args=[job.pk]))
    Job.objects.update(customer="Buurthuis")
    page = press(desk, page, "Bewaar klus", customer="Speeltuin")
    assert "Buurthuis" in page.text
    assert Job.objects.get().customer == "Buurthuis"


def test_who_edits_keeps_that_a_colleague_finished_it(job, desk, coach, monday):
    page = desk.get(reverse("job_edit", args=[job.pk]))
    set_job_state(job, State.DONE, by=coach, result="rijdt weer")
    press(desk, page, "Bewaar klus", title="Tandem")
    job = Job.objects.get()
    assert (job.title, job.state, job.finished_on, job.result) == ("Tandem", State.DONE, monday, "rijdt weer")


def test_begin_drop_and_reopen_are_one_tap(job, desk):
    address = reverse("job_detail", args=[job.pk])
    for button, state in [
        ("Begin", State.BUSY),
        ("Vervalt", State.DROPPED),
        ("Heropen", State.WAITING),
    ]:
        assert press(desk, desk.get(address), button).url == address
        assert Job.objects.get().state == state


def test_a_stale_button_says_what_the_job_is_now(job, desk, coach):
    page = desk.get(reverse("job_detail", args=[job.pk]))
    set_job_state(job, State.DONE, by=coach)
    press(desk, page, "Vervalt")
    assert said(desk.get(reverse("job_detail", args=[job.pk]))) == [
        "Deze klus is intussen klaar. Kijk na wat er staat."
    ]


@pytest.mark.parametrize("state", ["", "DONE", "WEG"])
def test_a_state_that_no_button_has_is_refused(job, desk, state):
    desk.post(reverse("job_mark", args=[job.pk]), {"state": state})
    assert Job.objects.get().state == State.WAITING


def test_finishing_keeps_the_result_and_one_output_of_this_session(session, job, desk, monday):
    kind = OutputType.objects.get(name="fietsen gerepareerd")
    page = desk.get(reverse("job_detail", args=[job.pk]))
    press(desk, page, "Klaar", result="rijdt weer", type=str(kind.pk), quantity="2")
    assert (Job.objects.get().state, Job.objects.get().result) == (State.DONE, "rijdt weer")
    output = Output.objects.get()
    assert (output.quantity, output.job, output.session, output.date) == (2, job, session, monday)
    press(desk, page, "Klaar", result="rijdt weer", type=str(kind.pk), quantity="2")
    assert Output.objects.count() == 1


def test_finishing_needs_no_words_and_no_output(job, desk):
    press(desk, desk.get(reverse("job_detail", args=[job.pk])), "Klaar")
    assert Job.objects.get().state == State.DONE
    assert not Output.objects.exists()


@pytest.mark.parametrize(
    ("name", "quantity", "sentence"),
    [
        ("fietsen gerepareerd", "", "Vul in hoeveel het er zijn."),
        ("", "2", "Kies waarvan dit het aantal is."),
        ("fietsen gerepareerd", "1,5", "Vul een heel aantal in, zonder komma."),
    ],
)
def test_an_output_that_cannot_be_leaves_the_job_as_it_was(job, desk, name, quantity, sentence):
    kind = OutputType.objects.filter(name=name).first()
    page = desk.get(reverse("job_detail", args=[job.pk]))
    page = press(desk, page, "Klaar", result="bijna", type=str(kind.pk) if kind else "", quantity=quantity)
    assert sentence in page.text
    assert "bijna" in page.text
    assert (Job.objects.get().state, Output.objects.exists()) == (State.WAITING, False)
    assert press(desk, page, "Klaar", type="", quantity="").status_code == 302


def test_a_result_holds_no_phone_number(job, desk):
    page = press(desk, desk.get(reverse("job_detail", args=[job.pk])), "Klaar", result="bel 06 12345678")
    assert "Een naam is genoeg" in page.text


def test_a_coach_sees_the_names_of_whom_they_guide_and_is_logged(session, job, desk, coach, coordinator, signed_in):
    known, ended = session.attendances.all()[:2]
    work(known, job, coach)
    work(ended, job, coach)
    ended.participant.placements.update(end_date=session.date - 60 * DAY)
    page = desk.get(reverse("job_detail", args=[job.pk]))
    assert [person.pk for person in page.context["people"]] == [known.participant_id]
    assert "En nog 1 ander" in page.text
    assert ended.participant.floor_name not in page.text
    event = AccessEvent.objects.latest("pk")
    assert [subject.object_id for subject in event.subjects.all()] == [known.participant_id]
    page = signed_in(coordinator).get(reverse("job_detail", args=[job.pk]))
    assert len(page.context["people"]) == 2


@pytest.mark.parametrize("number", [1, 3])
def test_a_job_takes_as_many_queries_for_one_person_as_for_three(
    number, session, job, desk, coach, django_assert_num_queries
):
    for row in session.attendances.all()[:number]:
        work(row, job, coach)
    desk.get(reverse("job_detail", args=[job.pk]))
    with django_assert_num_queries(10):
        page = desk.get(reverse("job_detail", args=[job.pk]))
    assert len(page.context["people"]) == number


# --- On the register ----------------------------------------------------------------------------------------------


def chips(row, jobs, *, is_editable=True) -> str:
    context = {"row": row, "jobs": jobs, "is_editable": is_editable, "icons": ""}
    return render_to_string("workshops/_register_jobs.html", context)


def test_who_is_present_has_a_chip_per_job_and_the_pressed_one_empties_it(session, job, coach):
    row = session.attendances.first()
    assert 'data-for="PRESENT" hidden' in chips(row, [job])
    row = change_attendance(row.pk, Mark(Status.PRESENT), by=coach)
    assert 'data-for="PRESENT" role' in chips(row, [job])
    assert f'value="{job.pk}" aria-pressed="false">Bakfiets opknappen' in chips(row, [job])
    assert "<button" not in chips(row, [])
    assert "<button" not in chips(row, [job], is_editable=False)
    row = work(row, job, coach)
    assert 'value="" aria-pressed="true">Bakfiets opknappen' in chips(row, [job])
    row = change_attendance(row.pk, Mark(Status.PRESENT, job=None), by=coach)
    assert row.value == Value(Status.PRESENT)


def test_how_many_people_there_are_today_is_of_today(job, coach, desk, workshop, monday, signed_in):
    PlacementFactory(workshop=workshop)
    ensure_sessions(monday)
    work(workshop.sessions.get(date=monday).attendances.get(), job, coach)
    address = reverse("job_detail", args=[job.pk])
    assert desk.get(address).context["job"].people_today == 1
    with time_machine.travel("2026-03-03T09:10:00+01:00", tick=False):
        assert signed_in(coach).get(address).context["job"].people_today == 0
