"""Stories and quotes: told in somebody's words, used only for what they agreed to, and for no longer than that."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from impact.models import Story, StoryUse
from impact.services.stories import agree_to_use, save_story, withdraw_use
from participants.services.around import withdraw_consent
from pluspunt.tests.factories import (
    ConsentFactory,
    ParticipantFactory,
    PlacementFactory,
    StoryFactory,
    WorkshopFactory,
)
from privacy.models import AccessEvent, AccessSubject
from workshops.services.merging import merge_participants
from workshops.tests.pages import forms_on

pytestmark = pytest.mark.django_db
Use = StoryUse.Use


@pytest.fixture
def person(monday, workshop):
    """Somebody of the coach's workshop, who agreed to a story and to a photo."""
    person = PlacementFactory(workshop=workshop, trajectory__participant__nickname="Hülya").participant
    for purpose in ("STORY", "PHOTO"):
        ConsentFactory(participant=person, purpose=purpose)
    return person


@pytest.fixture
def tablet(signed_in, coach):
    """The coach's, signed in."""
    return signed_in(coach)


def agree(story, by, use=Use.ANNUAL_REPORT, **about) -> StoryUse:
    return agree_to_use(StoryUse(story=story, use=use, **about), by=by)


def usable(use=Use.ANNUAL_REPORT) -> dict[int, bool]:
    return dict(Story.objects.usable_for(use).values_list("pk", "may_show_picture"))


def send(client, url: str, **typed):
    """The form of a page with what is typed in it."""
    [form] = [f for f in forms_on(client.get(url)) if {"text", "use", "withdrawn_on"} & set(f.fields)]
    return client.post(url, {name: value for name, value in form.fields.items() if value is not None} | typed)


def errors(page) -> dict:
    return {name: list(each) for name, each in page.context["form"].errors.items()}


def jpeg() -> SimpleUploadedFile:
    picture = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(picture, "JPEG")
    return SimpleUploadedFile("foto.jpg", picture.getvalue(), "image/jpeg")


# --- For what it may be used ----------------------------------------------------------------------------------------


def test_without_an_agreement_a_story_is_used_for_nothing(person, coach):
    story = StoryFactory(participant=person)
    assert usable() == {}
    agree(story, coach)
    assert usable() == {story.pk: False}
    assert usable(Use.WEBSITE) == {}


def test_the_picture_is_agreed_to_apart(person, coach):
    story = StoryFactory(participant=person)
    agree(story, coach, with_picture=True)
    assert usable() == {story.pk: True}


def test_who_takes_the_consent_to_a_story_back_is_in_no_draft_at_once(person, coach):
    story = StoryFactory(participant=person)
    agree(story, coach, with_picture=True)
    withdraw_consent(person.consents.get(purpose="PHOTO"), withdrawn_on=date(2026, 3, 2), by=coach)
    assert usable() == {story.pk: False}
    withdraw_consent(person.consents.get(purpose="STORY"), withdrawn_on=date(2026, 3, 2), by=coach)
    assert usable() == {}


@pytest.mark.parametrize(("lacking", "sentence"), [("STORY", "voor een verhaal"), ("PHOTO", "voor een foto")])
def test_without_their_own_consent_a_participant_agrees_to_nothing(person, coach, lacking, sentence):
    withdraw_consent(person.consents.get(purpose=lacking), withdrawn_on=date(2026, 3, 2), by=coach)
    with pytest.raises(ValidationError, match=f"Hülya gaf geen toestemming {sentence}"):
        agree(StoryFactory(participant=person), coach, with_picture=True)
    assert not StoryUse.objects.exists()


def test_a_neighbour_agrees_without_a_file(monday, coach):
    story = StoryFactory(participant=None)
    agree(story, coach, Use.WEBSITE, with_picture=True)
    assert usable(Use.WEBSITE) == {story.pk: True}


@pytest.mark.parametrize(
    ("about", "sentence"),
    [
        ({"agreed_on": date(2026, 3, 3)}, "ligt niet in de toekomst"),
        ({"agreed_on": date(2026, 2, 1)}, "Het verhaal is verteld op 02-02-2026"),
        ({"use": "BILLBOARD"}, "Kies iets uit de lijst"),
    ],
)
def test_an_agreement_that_cannot_be_is_refused(monday, coach, about, sentence):
    with pytest.raises(ValidationError, match=sentence):
        agree(StoryFactory(), coach, **about)


def test_an_agreement_runs_once_for_a_use(monday, coach):
    story = StoryFactory(picture=None, picture_text="")
    agree(story, coach)
    with pytest.raises(ValidationError, match="Hiervoor is er al een akkoord"):
        agree(story, coach)
    with pytest.raises(ValidationError, match="staat geen foto"):
        agree(story, coach, Use.WEBSITE, with_picture=True)


def test_an_agreement_that_is_taken_back_ends_once_and_is_kept(monday, coach):
    use = agree(StoryFactory(), coach, agreed_on=date(2026, 2, 20))
    with pytest.raises(ValidationError, match="vandaag in of op een dag"):
        withdraw_use(use, withdrawn_on=monday + timedelta(days=1), by=coach)
    withdraw_use(use, withdrawn_on=monday, by=coach)
    assert usable() == {}
    with pytest.raises(ValidationError, match="al ingetrokken op 02-03-2026"):
        withdraw_use(use, withdrawn_on=monday, by=coach)
    assert use.history.count() == 2


def test_other_words_are_asked_about_again(monday, coach):
    story = StoryFactory(recorded_by=coach)
    agree(story, coach)
    story = Story.objects.get(pk=story.pk)
    story.theme = None
    assert save_story(story, by=coach) == 0
    story.text = "Ik zei eigenlijk iets anders."
    assert save_story(story, by=coach) == 1
    assert usable() == {}


# --- Who sees what --------------------------------------------------------------------------------------------------


def test_a_coach_sees_their_own_people_and_management_no_name(person, tablet, coach, signed_in, manager, coordinator):
    own = StoryFactory(participant=person, shown_as="Zon")
    other = StoryFactory(participant=ParticipantFactory(nickname="Gerrit"), text="Van elders.")
    neighbour = StoryFactory(workshop=person.placements.get().workshop, text="Van de buren.")
    elsewhere = StoryFactory(workshop=WorkshopFactory(), text="Van ver.")
    agree(own, coach, with_picture=True)
    page = tablet.get(reverse("story_list"))
    assert {story.pk for story in page.context["page_obj"]} == {own.pk, neighbour.pk}
    assert AccessSubject.objects.filter(object_id=person.pk, event__data="verhalen").exists()
    assert tablet.get(reverse("story_detail", args=[other.pk])).status_code == 404
    page = signed_in(coordinator).get(reverse("story_list"))
    assert {story.pk for story in page.context["page_obj"]} == {own.pk, other.pk, neighbour.pk, elsewhere.pk}
    desk = signed_in(manager)
    page = desk.get(reverse("story_list"))
    assert [story.pk for story in page.context["page_obj"]] == [own.pk]
    assert "Zon" in page.text
    assert person.nickname not in page.text
    assert person.surname not in page.text
    assert desk.get(reverse("story_picture", args=[own.pk])).content == b"a jpeg"
    assert desk.get(reverse("story_picture", args=[neighbour.pk])).status_code == 404
    assert desk.get(reverse("story_detail", args=[own.pk])).status_code == 403


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("role", ["coach", "manager"])
def test_the_list_takes_as_many_queries_for_one_story_as_for_three(
    number, role, person, coach, signed_in, request, django_assert_num_queries
):
    for _ in range(number):
        agree(StoryFactory(participant=person), coach)
    client = signed_in(request.getfixturevalue(role))
    client.get(reverse("story_list"))
    with django_assert_num_queries(10 if role == "coach" else 7):
        page = client.get(reverse("story_list"))
    assert len(page.context["page_obj"]) == number


# --- The pages ------------------------------------------------------------------------------------------------------


def test_a_coach_writes_a_story_down_with_a_picture_and_what_it_is_for(person, tablet, coach):
    answer = send(
        tablet,
        reverse("story_add"),
        kind="STORY",
        title="Weer op de fiets",
        text="Eerst kwam ik voor de koffie. Nu repareer ik wielen.",
        shown_as="Roos",
        participant=str(person.pk),
        told_on="2026-02-27",
        picture=jpeg(),
        picture_text="Een wiel in een standaard",
    )
    story = Story.objects.get()
    assert answer.url == reverse("story_detail", args=[story.pk])
    assert (story.participant, story.shown_as, story.recorded_by) == (person, "Roos", coach)
    assert bytes(story.picture)[:2] == b"\xff\xd8"
    assert AccessEvent.objects.filter(action="ADD", subjects__object_id=person.pk, data="verhaal").exists()
    url = reverse("story_use", args=[story.pk])
    send(tablet, url, use="ANNUAL_REPORT", with_picture="on", agreed_on="2026-03-02")
    assert usable() == {story.pk: True}
    page = tablet.get(reverse("story_detail", args=[story.pk]))
    assert "met de foto" in page.text
    use = story.uses.get()
    send(tablet, reverse("story_use_withdraw", args=[story.pk, use.pk]), withdrawn_on="2026-03-02")
    assert usable() == {}
    assert "Een verslag dat toen al gepubliceerd was, verandert niet." in tablet.get(answer.url).text


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"text": ""}, "text", "Vul dit in."),
        ({"text": "Bel mij op 06-12345678."}, "text", "Schrijf hier geen telefoonnummer"),
        ({"shown_as": ""}, "shown_as", "Vul dit in."),
        ({"told_on": "2026-03-03"}, "told_on", "Deze dag komt nog."),
        ({"picture_text": ""}, "picture_text", "Schrijf op wat er op de foto staat."),
    ],
)
def test_a_story_that_cannot_be_comes_back(person, tablet, typed, field, sentence):
    facts = {"text": "Fijn hier.", "shown_as": "Roos", "told_on": "2026-03-02", "picture_text": "Een wiel"}
    page = send(tablet, reverse("story_add"), picture=jpeg(), kind="QUOTE", **facts | typed)
    assert any(sentence in each for each in errors(page)[field])
    assert not Story.objects.exists()


def test_of_somebody_else_a_coach_writes_no_story(person, tablet, coach):
    stranger = ParticipantFactory()
    facts = {"kind": "QUOTE", "text": "Fijn.", "shown_as": "Roos", "told_on": "2026-03-02"}
    page = send(tablet, reverse("story_add"), participant=str(stranger.pk), **facts)
    assert errors(page) == {"participant": ["Kies iets uit de lijst."]}
    with pytest.raises(ValidationError, match="Kies iemand die je begeleidt"):
        save_story(Story(text="Fijn.", shown_as="Roos", participant=stranger), by=coach)


def test_an_edit_that_changes_the_words_says_so(person, tablet, coach):
    story = StoryFactory(participant=person, recorded_by=coach)
    agree(story, coach)
    page = tablet.get(reverse("story_edit", args=[story.pk]))
    assert page.status_code == 200
    answer = send(tablet, reverse("story_edit", args=[story.pk]), text="Iets anders.")
    assert "Vraag de verteller opnieuw om akkoord." in tablet.get(answer.url).text
    assert usable() == {}


# --- One person, two records ----------------------------------------------------------------------------------------


def test_a_story_goes_along_when_two_records_become_one(person, coordinator):
    double = ParticipantFactory()
    story = StoryFactory(participant=double)
    merge_participants(person, double, facts=[], by=coordinator)
    story.refresh_from_db()
    assert story.participant == person
