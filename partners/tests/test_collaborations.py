"""What is done together: collaborations, their milestones with pictures, and who took part in an event."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from participants.models import Participant
from partners.models import Collaboration, Theme
from pluspunt.tests.factories import (
    CollaborationFactory,
    EventFactory,
    MilestoneFactory,
    OrganisationFactory,
    PlacementFactory,
    TrajectoryFactory,
    WorkshopFactory,
)
from privacy.models import AccessEvent, AccessSubject
from workshops.models import EventVisit, Milestone
from workshops.services.collaborations import save_milestone, set_event_visits
from workshops.tests.pages import press

pytestmark = pytest.mark.django_db
LIST = "/partners/samenwerkingen/"


@pytest.fixture
def rebuild(monday):
    return CollaborationFactory(name="Alle 13 Goed!", start_date=date(2024, 11, 1))


@pytest.fixture
def office(signed_in, coordinator):
    return signed_in(coordinator)


def detail(collaboration):
    return reverse("collaboration_detail", args=[collaboration.pk])


def picture(file_type="PNG") -> bytes:
    output = BytesIO()
    Image.new("RGB", (60, 40), "teal").save(output, file_type)
    return output.getvalue()


def upload(content=None, name="foto.png"):
    return SimpleUploadedFile(name, picture() if content is None else content)


def count_queries(client, url) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


# --- collaborations -------------------------------------------------------------------------------------------------


def test_a_collaboration_is_added_with_themes_partners_and_workshops(office, monday):
    partner, workshop, theme = OrganisationFactory(), WorkshopFactory(), Theme.objects.first()
    chosen = {"themes": [theme.pk], "organisations": [partner.pk], "workshops": [workshop.pk]}
    facts = {"name": "PLUSKUNST", "purpose": "Kunst voor de wijk.", "start_date": "2026-01-05"}
    answer = press(office, office.get(reverse("collaboration_add")), "Voeg samenwerking toe", **facts, **chosen)
    made = Collaboration.objects.get()
    assert answer.url == detail(made)
    assert [list(rows.all()) for rows in (made.themes, made.organisations, made.workshops)] == [
        [theme],
        [partner],
        [workshop],
    ]


def test_a_collaboration_without_a_theme_is_refused(office, monday):
    page = office.get(reverse("collaboration_add"))
    none = {"themes": [], "organisations": [], "workshops": []}
    answer = press(office, page, "Voeg", name="PLUSKUNST", purpose="Kunst", start_date="2026-01-05", **none)
    assert "themes" in answer.context["form"].errors
    assert ("Kunst" in answer.text, Collaboration.objects.exists()) == (True, False)


def test_changing_a_collaboration_keeps_a_partner_that_stopped(office, rebuild):
    partner = OrganisationFactory(name="Galerie", end_date=date(2026, 1, 31))
    other = OrganisationFactory(name="Ook gestopt", end_date=date(2026, 1, 31))
    rebuild.organisations.add(partner)
    page = office.get(reverse("collaboration_edit", args=[rebuild.pk]))
    assert ("Galerie" in page.text, other.name in page.text) == (True, False)
    chosen = {"themes": [Theme.objects.first().pk], "organisations": [partner.pk], "workshops": []}
    press(office, page, "Bewaar", name=rebuild.name, purpose="Bouwen.", **chosen)
    rebuild.refresh_from_db()
    assert (rebuild.purpose, list(rebuild.organisations.all())) == ("Bouwen.", [partner])


def test_workshops_that_two_people_changed_are_asked_about(office, rebuild):
    old, one, other = (WorkshopFactory(name=name) for name in ("Hout", "Staal", "Keuken"))
    rebuild.workshops.add(old)
    rebuild.themes.add(Theme.objects.first())
    url = reverse("collaboration_edit", args=[rebuild.pk])
    first, second = office.get(url), office.get(url)
    press(office, first, "Bewaar", workshops=[old.pk, one.pk])
    asked = press(office, second, "Bewaar", workshops=[other.pk])
    assert [(each.theirs, each.mine) for each in asked.context["form"].conflicts] == [(f"{old}, {one}", str(other))]
    assert set(rebuild.workshops.all()) == {old, one}
    press(office, asked, "Bewaar", keuze_workshops="mine")
    assert list(rebuild.workshops.all()) == [other]


def test_workshops_that_only_somebody_else_changed_stay(office, rebuild):
    one = WorkshopFactory()
    rebuild.themes.add(Theme.objects.first())
    url = reverse("collaboration_edit", args=[rebuild.pk])
    first, second = office.get(url), office.get(url)
    press(office, first, "Bewaar", workshops=[one.pk])
    press(office, second, "Bewaar", purpose="Samen bouwen.")
    rebuild.refresh_from_db()
    assert (list(rebuild.workshops.all()), rebuild.purpose) == ([one], "Samen bouwen.")


def test_the_list_says_how_far_each_collaboration_is(office, rebuild):
    MilestoneFactory(collaboration=rebuild, state="DONE", done_on=date(2026, 2, 2))
    MilestoneFactory.create_batch(2, collaboration=rebuild)
    EventFactory(collaboration=rebuild)
    EventFactory(collaboration=rebuild, name="Nog een")
    assert "1 van 3" in office.get(LIST).text
    lines = office.get(LIST, {"als": "csv"}).content.decode("utf-8-sig").splitlines()
    assert lines[1] == "Alle 13 Goed!;;;01-11-2024;;1;3;2"


def test_a_collaboration_that_stopped_is_hidden_until_asked_for(office, rebuild):
    CollaborationFactory(name="Voorbij", end_date=date(2026, 3, 1))
    names = [
        [row.name for row in office.get(LIST, {"status": status}).context["page_obj"]]
        for status in ("", "ENDED", "ALL")
    ]
    assert names == [["Alle 13 Goed!"], ["Voorbij"], ["Alle 13 Goed!", "Voorbij"]]


def test_the_list_and_the_page_take_as_many_queries_for_one_as_for_three(office, rebuild):
    def fill(number):
        each = CollaborationFactory(name=f"Samen {number}")
        for row in (each, rebuild):
            row.themes.add(Theme.objects.order_by("pk")[number])
            row.organisations.add(OrganisationFactory())
            row.workshops.add(WorkshopFactory(host=OrganisationFactory()))
            MilestoneFactory(collaboration=row, workshop=WorkshopFactory())
            EventFactory(collaboration=row, name=f"Dag {number}")

    fill(0)
    one = [count_queries(office, url) for url in (LIST, detail(rebuild))]
    fill(1)
    fill(2)
    assert [count_queries(office, url) for url in (LIST, detail(rebuild))] == one


# --- milestones -----------------------------------------------------------------------------------------------------


def add_milestone(client, collaboration, **typed):
    page = client.get(reverse("milestone_add", args=[collaboration.pk]))
    return press(client, page, "Voeg mijlpaal toe", **{"state": "PLANNED", "picture": "", **typed})


def test_milestones_stand_in_the_order_in_which_they_were_added(office, rebuild):
    for name in ("Keuken", "Atelier"):
        add_milestone(office, rebuild, name=name)
    add_milestone(office, rebuild, name="Kas", state="DONE", done_on="2026-02-20")
    assert list(rebuild.milestones.values_list("position", "name")) == [(1, "Keuken"), (2, "Atelier"), (3, "Kas")]
    assert "1 van 3 klaar" in office.get(detail(rebuild)).text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"state": "DONE"}, "op welke dag het klaar was"),
        ({"state": "BUSY", "done_on": "2026-02-20"}, "Haal deze dag weg"),
        ({"state": "DONE", "done_on": "2026-03-03"}, "Deze dag is nog niet geweest."),
        ({"name": ""}, "Vul dit in."),
    ],
)
def test_a_milestone_that_cannot_be_is_refused(office, rebuild, typed, sentence):
    answer = add_milestone(office, rebuild, **{"name": "Keuken", **typed})
    assert (sentence in answer.text, rebuild.milestones.count()) == (True, 0)


def test_the_same_milestone_twice_is_refused_with_a_sentence(office, rebuild):
    add_milestone(office, rebuild, name="Keuken")
    assert "Deze mijlpaal staat er al." in add_milestone(office, rebuild, name="Keuken").text


def test_a_picture_becomes_our_own_jpeg_with_words(office, rebuild):
    add_milestone(office, rebuild, name="Keuken", picture=upload(), picture_text="Een pan op het fornuis")
    milestone = rebuild.milestones.get()
    assert bytes(milestone.picture).startswith(b"\xff\xd8")
    page = office.get(detail(rebuild)).text
    assert f'src="{reverse("milestone_picture", args=[milestone.pk])}" alt="Een pan op het fornuis"' in page


@pytest.mark.parametrize(
    ("content", "words", "sentence"),
    [
        (b"Beste mensen,", "Een pan", "geen foto die we kunnen lezen"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Een pan", "geen foto die we kunnen lezen"),
        (b"", "Een pan", "Dit bestand is leeg"),
        (None, "", "Schrijf op wat er op de foto staat."),
    ],
)
def test_a_refused_picture_keeps_what_was_typed(office, rebuild, content, words, sentence):
    answer = add_milestone(office, rebuild, name="Keuken", picture=upload(content, "foto.jpg"), picture_text=words)
    assert (sentence in answer.text, 'value="Keuken"' in answer.text, words in answer.text) == (True, True, True)
    assert not Milestone.objects.exists()


def test_a_good_picture_beside_another_mistake_must_be_chosen_again(office, rebuild):
    answer = add_milestone(office, rebuild, name="", picture=upload(), picture_text="Een pan")
    assert "Kies de foto nog een keer." in answer.text


def test_a_milestone_is_changed_without_losing_its_picture(office, rebuild):
    milestone = MilestoneFactory(collaboration=rebuild, name="Keuken", picture=picture("JPEG"), picture_text="Een pan")
    page = office.get(reverse("milestone_edit", args=[milestone.pk]))
    typed = {"workshop": "", "picture": "", "picture_text": "Een pan"}
    page_fields = {"state": "DONE", "done_on": "2026-02-20"}
    answer = office.post(
        page.request["PATH_INFO"], {**seen(page), "name": "Keuken", "position": 1, **typed, **page_fields}
    )
    assert answer.status_code == 302
    milestone.refresh_from_db()
    assert (milestone.state, bytes(milestone.picture)) == ("DONE", picture("JPEG"))


def seen(page) -> dict:
    """The hidden fields of the form: what the page showed."""
    form = page.context["form"]
    return {field.html_name: field.value() for field in form.hidden_fields()}


def test_a_picture_is_taken_away(office, rebuild):
    milestone = MilestoneFactory(collaboration=rebuild, picture=picture("JPEG"), picture_text="Een pan")
    page = office.get(reverse("milestone_edit", args=[milestone.pk]))
    fields = {"name": milestone.name, "state": "PLANNED", "position": 1, "remove_picture": "on", "picture_text": ""}
    office.post(page.request["PATH_INFO"], {**seen(page), **fields})
    milestone.refresh_from_db()
    assert milestone.picture is None


def test_a_picture_without_words_is_refused_by_the_service_too(rebuild):
    with pytest.raises(ValidationError, match="Schrijf op wat er op de foto staat"):
        save_milestone(Milestone(collaboration=rebuild, name="Keuken", picture=b"x"))


def test_a_picture_is_for_the_house_only_and_is_not_sent_twice(signed_in, manager, administrator, client, rebuild):
    milestone = MilestoneFactory(collaboration=rebuild, picture=picture("JPEG"), picture_text="Een pan")
    url = reverse("milestone_picture", args=[milestone.pk])
    assert client.get(url).status_code == 302
    assert signed_in(administrator).get(url).status_code == 403
    answer = signed_in(manager).get(url)
    assert (answer.content, answer["Content-Type"], answer["Cache-Control"]) == (
        picture("JPEG"),
        "image/jpeg",
        "private, no-store",
    )
    again = client.get(url, headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content, again["Cache-Control"]) == (304, b"", "private, no-store")


def test_a_milestone_without_a_picture_has_none_to_show(office, rebuild):
    milestone = MilestoneFactory(collaboration=rebuild)
    assert office.get(reverse("milestone_picture", args=[milestone.pk])).status_code == 404
    assert "nog geen foto" in office.get(detail(rebuild)).text


def test_the_page_leaves_the_pictures_in_the_database(office, rebuild):
    MilestoneFactory(collaboration=rebuild, picture=picture("JPEG"), picture_text="Een pan")
    with CaptureQueriesContext(connection) as queries:
        office.get(detail(rebuild))
    read = [query["sql"] for query in queries if 'SELECT "workshops_milestone"' in query["sql"]]
    assert [sql.split(" FROM ")[0].count('"workshops_milestone"."picture",') for sql in read] == [0]


# --- events ---------------------------------------------------------------------------------------------------------


def test_an_event_is_added_and_changed(office, rebuild):
    page = office.get(reverse("event_add", args=[rebuild.pk]))
    press(office, page, "Voeg evenement toe", name="Bouwdag", date="2026-02-14", visitors="48")
    event = rebuild.events.get()
    page = office.get(reverse("event_edit", args=[event.pk]))
    assert press(office, page, "Bewaar evenement", visitors="52", remark="Zonnig").url == detail(rebuild)
    event.refresh_from_db()
    assert (event.visitors, event.remark, event.date) == (52, "Zonnig", date(2026, 2, 14))


@pytest.mark.parametrize("visitors", ["-1", "veel", "1000001"])
def test_a_number_of_visitors_that_cannot_be_is_refused(office, rebuild, visitors):
    page = office.get(reverse("event_add", args=[rebuild.pk]))
    answer = press(office, page, "Voeg evenement toe", name="Bouwdag", date="2026-02-14", visitors=visitors)
    assert (answer.status_code, rebuild.events.count()) == (200, 0)


@pytest.fixture
def event(rebuild):
    return EventFactory(collaboration=rebuild, name="Bouwdag", date=date(2026, 2, 14), visitors=48)


def visits_url(event):
    return reverse("event_visits", args=[event.pk])


def tick(client, event, shown, came):
    page = client.get(visits_url(event))
    keys = [[person.key for person in people] for people in (shown, came)]
    return press(client, page, "Bewaar wie meedeed", shown=keys[0], came=keys[1])


def came_to(event) -> set:
    return set(Participant.objects.filter(event_visits__event=event))


def test_a_coordinator_ticks_who_took_part_and_changes_it(office, event):
    people = [TrajectoryFactory().participant for _ in range(3)]
    assert tick(office, event, people, people[:2]).url == detail(event.collaboration)
    assert came_to(event) == set(people[:2])
    tick(office, event, people, people[1:])
    assert came_to(event) == set(people[1:])


def test_the_page_shows_who_was_enrolled_on_the_day_and_who_was_noted(office, event):
    there = TrajectoryFactory().participant
    TrajectoryFactory(start_date=event.date + timedelta(days=1))
    TrajectoryFactory(end_date=event.date - timedelta(days=1))
    guest = TrajectoryFactory(end_date=date(2025, 6, 1)).participant
    EventVisit.objects.create(event=event, participant=guest)
    assert set(office.get(visits_url(event)).context["people"]) == {there, guest}


def test_searching_shows_fewer_people_and_leaves_the_other_ticks(office, event):
    one, other = TrajectoryFactory().participant, TrajectoryFactory().participant
    EventVisit.objects.create(event=event, participant=other)
    page = office.get(visits_url(event), {"q": one.surname})
    assert page.context["people"] == [one]
    press(office, page, "Bewaar wie meedeed", shown=[one.key], came=[one.key])
    assert came_to(event) == {one, other}


def test_a_coach_sees_and_changes_only_own_people(signed_in, coach, workshop, event):
    own = PlacementFactory(workshop=workshop).participant
    stranger, ticked = TrajectoryFactory().participant, TrajectoryFactory().participant
    EventVisit.objects.create(event=event, participant=ticked)
    client = signed_in(coach)
    page = client.get(visits_url(event))
    assert page.context["people"] == [own]
    assert [person.surname in page.text for person in (stranger, ticked)] == [False, False]
    assert "Er doet ook 1 deelnemer mee die jij niet ziet." in page.text
    tick(client, event, [own], [own])
    assert came_to(event) == {own, ticked}


def test_a_coach_cannot_tick_or_untick_somebody_else(signed_in, coach, workshop, event):
    own, stranger = PlacementFactory(workshop=workshop).participant, TrajectoryFactory().participant
    EventVisit.objects.create(event=event, participant=stranger)
    for came in ([stranger.key], []):
        data = {"shown": [own.key, stranger.key], "came": came}
        assert "Er is niets bewaard." in signed_in(coach).post(visits_url(event), data).text
    assert came_to(event) == {stranger}


def test_somebody_ticked_who_was_not_shown_is_left_alone(event):
    shown, other = TrajectoryFactory().participant, TrajectoryFactory().participant
    assert set_event_visits(event, shown=[shown], was=[other], came=[shown, other]) == ([shown], [])
    assert set_event_visits(event, shown=[shown], was=[], came=[shown]) == ([], [])
    assert came_to(event) == {shown}


def test_two_people_who_tick_at_once_keep_each_others_ticks(office, event):
    one, other, gone = (TrajectoryFactory().participant for _ in range(3))
    EventVisit.objects.create(event=event, participant=gone)
    everybody = [one.key, other.key, gone.key]
    first, second = office.get(visits_url(event)), office.get(visits_url(event))
    press(office, first, "Bewaar wie meedeed", shown=everybody, came=[one.key])
    press(office, second, "Bewaar wie meedeed", shown=everybody, came=[other.key, gone.key])
    assert came_to(event) == {one, other}


def test_management_sees_the_number_only(signed_in, manager, event):
    person = TrajectoryFactory().participant
    EventVisit.objects.create(event=event, participant=person)
    page = signed_in(manager).get(detail(event.collaboration))
    assert page.context["events"][0].people == 1
    assert (person.surname in page.text, visits_url(event) in page.text) == (False, False)
    assert signed_in(manager).get(visits_url(event)).status_code == 403


def test_looking_and_ticking_are_logged_for_those_it_is_about(office, event):
    stays, new = TrajectoryFactory().participant, TrajectoryFactory().participant
    EventVisit.objects.create(event=event, participant=stays)
    tick(office, event, [stays, new], [stays, new])
    view, change = AccessEvent.objects.order_by("pk")
    subjects = [
        set(AccessSubject.objects.filter(event=each).values_list("object_id", flat=True)) for each in (view, change)
    ]
    assert (view.action, change.action) == (AccessEvent.Action.VIEW, AccessEvent.Action.CHANGE)
    assert subjects == [{stays.pk, new.pk}, {new.pk}]


def test_the_ticks_take_as_many_queries_for_one_person_as_for_three(office, event):
    TrajectoryFactory()
    EventVisit.objects.create(event=event, participant=TrajectoryFactory().participant)
    one = count_queries(office, visits_url(event))
    for trajectory in TrajectoryFactory.create_batch(3):
        EventVisit.objects.create(event=event, participant=trajectory.participant)
    assert count_queries(office, visits_url(event)) == one
