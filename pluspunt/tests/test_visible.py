"""Which rows each role sees: `visible_to(user)`, on the day that it begins and the day that it ends."""

from datetime import timedelta

import pytest

from accounts.models import User
from impact.models import Document, Story
from participants.models import Goal, Note, Participant
from pluspunt.tests.factories import (
    DocumentFactory,
    GoalFactory,
    JobFactory,
    NoteFactory,
    OutputFactory,
    ParticipantFactory,
    PlacementFactory,
    SessionFactory,
    StoryFactory,
    UserFactory,
    WorkshopFactory,
)
from workshops.models import ImportDraft, Job, Output, Session, StandIn, Workshop

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ROLES = ("coach", "coordinator", "management", "administrator")
NOBODY = (set(), set(), set(), set())


@pytest.fixture
def users(monday, coach, coordinator, manager, administrator) -> tuple[User, ...]:
    return coach, coordinator, manager, administrator


@pytest.fixture
def own(coach):
    return WorkshopFactory(coaches=[coach, UserFactory()])


def seen(rows, users) -> tuple[set, ...]:
    """What a coach, a coordinator, the management and an administrator see of them."""
    return tuple(set(rows.visible_to(user)) for user in users)


def test_a_coach_sees_their_workshops_and_what_is_made_there(users, own):
    mine = [own, SessionFactory(workshop=own), JobFactory(workshop=own), OutputFactory(workshop=own)]
    theirs = [WorkshopFactory(), SessionFactory(), JobFactory(), OutputFactory()]
    for model, one, other in zip((Workshop, Session, Job, Output), mine, theirs, strict=True):
        of_coach, of_coordinator, *of_others = seen(model.objects.all(), users)
        assert (of_coach, of_others) == ({one}, [set(), set()])
        assert of_coordinator >= {one, other}


@pytest.mark.parametrize(("ended", "is_seen"), [(None, True), (0, True), (28, True), (29, False)])
def test_a_coach_sees_who_works_there_until_four_weeks_after(users, own, monday, ended, is_seen):
    end = None if ended is None else monday - ended * DAY
    person = PlacementFactory(workshop=own, end_date=end).participant
    elsewhere = PlacementFactory().participant
    assert seen(Participant.objects.all(), users) == ({person} if is_seen else set(), {person, elsewhere}, set(), set())


def test_nobody_sees_who_was_made_anonymous(users, own, monday):
    PlacementFactory(workshop=own, trajectory__participant__anonymised_on=monday)
    assert seen(Participant.objects.all(), users) == NOBODY


def test_goals_are_seen_by_who_sees_the_person(users, own):
    mine, other = GoalFactory(participant=PlacementFactory(workshop=own).participant), GoalFactory()
    assert seen(Goal.objects.all(), users) == ({mine}, {mine, other}, set(), set())


def test_a_restricted_note_is_for_coordinators(users):
    note, restricted = NoteFactory(), NoteFactory(is_restricted=True)
    assert seen(Note.objects.all(), users)[:2] == ({note}, {note, restricted})


@pytest.mark.parametrize(("days", "is_seen"), [(0, True), (28, True), (29, False)])
def test_who_helped_out_sees_the_register_for_four_weeks(users, coach, monday, days, is_seen):
    session = SessionFactory(date=monday - days * DAY)
    for user in (coach, UserFactory(), users[2]):
        StandIn.objects.create(session=session, user=user)
    StandIn.objects.create(session=SessionFactory(date=monday - days * DAY), user=UserFactory())
    assert seen(Session.objects.all(), users)[::2] == ({session} if is_seen else set(), set())


def test_a_story_of_a_person_is_seen_by_who_sees_the_person(users, own, coach):
    person = PlacementFactory(workshop=own).participant
    mine = StoryFactory(participant=person)
    other = StoryFactory(participant=ParticipantFactory(), recorded_by=coach, workshop=own)
    assert seen(Story.objects.all(), users) == ({mine}, {mine, other}, set(), set())


def test_a_story_of_nobody_is_seen_by_who_wrote_it_down_and_in_its_workshop(users, own, coach):
    written, here, elsewhere = StoryFactory(recorded_by=coach), StoryFactory(workshop=own), StoryFactory()
    assert seen(Story.objects.all(), users) == ({written, here}, {written, here, elsewhere}, set(), set())


def test_a_document_and_an_import_are_of_who_asked_for_them(users):
    documents = [DocumentFactory(requested_by=user) for user in users]
    drafts = [ImportDraft.objects.create(made_by=user, rows={}) for user in users]
    assert seen(Document.objects.all(), users) == tuple({each} for each in documents)
    assert seen(ImportDraft.objects.all(), users) == tuple({each} for each in drafts)


def test_a_list_of_documents_does_not_read_what_is_in_them(coach, django_assert_num_queries):
    DocumentFactory(requested_by=coach, content=b"%PDF-")
    with django_assert_num_queries(1):
        document = Document.objects.visible_to(coach).get()
    assert document.get_deferred_fields() == {"content"}
