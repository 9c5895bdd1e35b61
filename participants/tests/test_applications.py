"""Who asks for a place: the application, what becomes of it, and the list of who waits."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from openpyxl import load_workbook

from participants.models import Application, Participant, Trajectory
from participants.services.paths import (
    decline_application,
    save_application,
    start_trajectory,
    withdraw_application,
)
from participants.services.people import SIMILAR, add_participant
from pluspunt.tests.factories import ApplicationFactory, OrganisationFactory
from privacy.models import AccessEvent
from workshops.tests.pages import press

pytestmark = pytest.mark.django_db
LIST = "/deelnemers/aanmeldingen/"
WEEK = timedelta(weeks=1)
CARE, ACTIVATION, VOLUNTEER = Trajectory.TargetGroup
# Passes the eleven-test, belongs to nobody.
CITIZEN_NUMBER = "111222333"


@pytest.fixture
def client_of_coordinator(monday, signed_in, coordinator):
    return signed_in(coordinator)


@pytest.fixture
def application(monday):
    return ApplicationFactory(referrer_name="Wim de Wijs", wish="iets met fietsen")


def url(name, row):
    return reverse(name, args=[row.participant.key, row.pk])


def path_of(participant):
    return reverse("participant_path", args=[participant.key])


# --- applications ---------------------------------------------------------------------------------------------------


def test_an_application_leads_to_a_trajectory_with_what_was_chosen(client_of_coordinator, monday, application):
    page = client_of_coordinator.get(url("trajectory_start", application))
    assert page.context["form"].initial["target_group"] == "ACTIVATION"
    answer = press(
        client_of_coordinator,
        page,
        "Begin traject",
        start_date="2026-03-02",
        target_group="ACTIVATION",
        trial_until="2026-03-29",
        strand_work="on",
        strand_social="",
        strand_educational="",
    )
    assert answer.url == reverse("placement_add", args=[application.participant.key])
    application.refresh_from_db()
    trajectory = application.trajectory
    assert (application.state, application.decided_on) == ("STARTED", monday)
    assert (trajectory.status, "arbeidsmatig" in trajectory.strands) == (Trajectory.Status.TRIAL, True)
    assert application.history.first().history_user is not None


def test_a_first_day_before_the_application_is_refused(client_of_coordinator, application):
    typed = {"target_group": "ACTIVATION", "start_date": "2026-02-01"}
    page = client_of_coordinator.post(url("trajectory_start", application), typed)
    assert page.context["form"].errors == {"start_date": ["De eerste dag ligt voor de aanmelding."]}
    assert not Trajectory.objects.exists()


@pytest.mark.parametrize(
    ("name", "button", "state"),
    [("application_decline", "Wijs", "DECLINED"), ("application_withdraw", "Trek", "WITHDRAWN")],
)
def test_an_application_is_closed_with_a_reason(client_of_coordinator, monday, application, name, button, state):
    page = client_of_coordinator.get(url(name, application))
    again = press(client_of_coordinator, page, button, reason="")
    assert again.context["form"].errors.keys() == {"reason"}
    assert press(client_of_coordinator, page, button, reason="geen plek").url == path_of(application.participant)
    application.refresh_from_db()
    assert (application.state, application.reason, application.decided_on) == (state, "geen plek", monday)


@pytest.mark.parametrize(
    "typed", [{"on": "2026-03-03"}, {"on": "2026-02-01"}, {"reason": f"bsn {CITIZEN_NUMBER}"}, {"on": ""}]
)
def test_a_decision_that_cannot_be_is_refused(client_of_coordinator, application, typed):
    page = client_of_coordinator.get(url("application_decline", application))
    refused = press(client_of_coordinator, page, "Wijs", **{"reason": "geen plek", **typed})
    assert refused.context["form"].errors
    application.refresh_from_db()
    assert application.is_waiting


def test_what_was_decided_is_not_decided_again(monday, application):
    withdraw_application(application, on=monday, reason="koos iets anders", by=None)
    with pytest.raises(ValidationError, match="al besloten: ingetrokken op maandag 2 maart 2026"):
        decline_application(application, on=monday, reason="geen plek", by=None)
    with pytest.raises(ValidationError, match="al besloten"):
        save_application(application, by=None)
    start = Trajectory(participant=application.participant, target_group=CARE, start_date=monday)
    with pytest.raises(ValidationError, match="al besloten"):
        start_trajectory(start, application=application, by=None)
    assert not Trajectory.objects.exists()


def test_somebody_waits_once_at_a_time(client_of_coordinator, application):
    address = reverse("application_add", args=[application.participant.key])
    typed = {"applied_on": "2026-03-02", "referrer": "SELF", "target_group": "ACTIVATION"}
    page = client_of_coordinator.post(address, typed)
    assert page.context["form"].non_field_errors() == ["Deze persoon heeft al een aanmelding die wacht."]
    Application.objects.all().delete()
    assert client_of_coordinator.post(address, typed).url == path_of(application.participant)


def test_an_intake_is_written_down_and_not_before_the_application(client_of_coordinator, application):
    page = client_of_coordinator.get(url("application_edit", application))
    typed = {"referrer": "SELF", "target_group": "ACTIVATION", "wish": "hout", "referrer_organisation": ""}
    refused = press(client_of_coordinator, page, "Bewaar", **typed, intake_on="2026-02-01")
    assert "De intake ligt voor de aanmelding." in refused.text
    assert press(client_of_coordinator, page, "Bewaar", **typed, intake_on="2026-03-05").status_code == 302
    application.refresh_from_db()
    assert (application.intake_on, application.wish) == (date(2026, 3, 5), "hout")


# --- the list -------------------------------------------------------------------------------------------------------


def found(client, **query):
    return [each.participant.surname for each in client.get(LIST, query).context["page_obj"]]


def test_who_waits_longest_stands_first_and_what_is_asked_for_is_found(client_of_coordinator, monday):
    ApplicationFactory(participant__surname="Laat", applied_on=monday, referrer="SELF")
    ApplicationFactory(participant__surname="Vroeg", applied_on=monday - 7 * WEEK, target_group=CARE, intake_on=monday)
    gone = ApplicationFactory(participant__surname="Weg")
    decline_application(gone, on=monday, reason="geen plek", by=None)
    client = client_of_coordinator
    assert found(client) == ["Vroeg", "Laat"]
    assert found(client, sort="naam") == found(client, sort="intake") == ["Laat", "Vroeg"]
    assert found(client, state="DECLINED") == found(client, q="weg", state="ALL") == ["Weg"]
    assert found(client, group=CARE) == ["Vroeg"]
    assert found(client, referrer="SELF") == ["Laat"]
    page = client.get(LIST, {"state": "", "sort": "wacht"})
    assert [(each.waited, each.waits_long) for each in page.context["page_obj"]] == [
        ("7 weken", True),
        ("0 dagen", False),
    ]


def test_the_list_remembers_what_was_asked_and_forgets(client_of_coordinator, application):
    client_of_coordinator.get(LIST, {"group": "ACTIVATION"})
    assert client_of_coordinator.get(LIST).url == f"{LIST}?group=ACTIVATION"
    client_of_coordinator.get(LIST, {"wis": "1"})
    assert client_of_coordinator.get(LIST).status_code == 200


def test_the_list_is_taken_along_and_logged(client_of_coordinator, application):
    answer = client_of_coordinator.get(LIST, {"als": "xlsx"})
    rows = list(load_workbook(BytesIO(answer.content)).active.values)
    assert rows[0][:4] == ("Naam", "Aangemeld op", "Dagen gewacht", "Aangemeld door")
    assert rows[1][0] == application.participant.list_name
    assert (rows[1][2], rows[1][5], rows[1][7]) == (28, "Wim de Wijs", "iets met fietsen")
    event = AccessEvent.objects.get(action="EXPORT")
    assert [subject.object_id for subject in event.subjects.all()] == [application.participant.pk]
    assert "Wim" not in event.data


def test_a_citizen_number_is_not_searched_for(client_of_coordinator, application):
    assert client_of_coordinator.get(LIST, {"q": CITIZEN_NUMBER}).url == LIST


def test_the_list_takes_as_many_queries_for_one_as_for_three(client_of_coordinator, django_assert_max_num_queries):
    ApplicationFactory(referrer_organisation=OrganisationFactory())
    client_of_coordinator.get(LIST)
    with django_assert_max_num_queries(20) as first:
        client_of_coordinator.get(LIST)
    ApplicationFactory.create_batch(2, referrer_organisation=OrganisationFactory())
    with django_assert_max_num_queries(20) as second:
        client_of_coordinator.get(LIST)
    assert len(first) == len(second)


@pytest.mark.parametrize(("count", "words"), [(0, "Er zijn nog geen aanmeldingen"), (1, "1 aanmelding wacht.")])
def test_the_list_says_how_many_wait(client_of_coordinator, count, words):
    ApplicationFactory.create_batch(count)
    assert words in " ".join(client_of_coordinator.get(LIST).text.split())


# --- two coordinators at once ---------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_who_add_the_same_person_do_not_both_pass(monday):
    def add(number):
        person = Participant(nickname="Jan", surname="Vermeer", birth_date=date(1980, 1, 1))
        try:
            add_participant(person, Application(referrer="SELF", target_group=ACTIVATION, applied_on=monday), by=None)
            return "added"
        except ValidationError as error:
            return error.messages[0]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(add, range(4)))
    assert sorted(answers) == sorted([*[SIMILAR] * 3, "added"])
    assert Participant.objects.count() == 1
