import pytest
from django.test import RequestFactory

from participants.models import Participant
from pluspunt.tests.factories import ParticipantFactory
from privacy.models import AccessEvent, AccessSubject
from privacy.services import Action, log_access

pytestmark = pytest.mark.django_db


def request_of(user):
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.7")
    request.user = user
    return request


def test_one_event_names_who_what_and_about_whom(coach):
    people = ParticipantFactory.create_batch(2)
    log_access(request_of(coach), Action.VIEW, people, "register")
    event = AccessEvent.objects.get()
    assert (event.user, event.role, event.action, event.data, event.address) == (
        coach,
        "COACH",
        "VIEW",
        "register",
        "192.0.2.7",
    )
    assert set(AccessSubject.objects.values_list("event", "object_id")) == {(event.pk, p.pk) for p in people}


def test_a_search_without_a_hit_is_recorded_too(coach):
    log_access(request_of(coach), Action.SEARCH, Participant.objects.none(), "zoeken op naam")
    assert AccessEvent.objects.get().subjects.count() == 0


def test_the_log_takes_as_many_queries_for_one_person_as_for_three(coach, django_assert_num_queries):
    people = ParticipantFactory.create_batch(3)
    log_access(request_of(coach), Action.VIEW, people, "x")  # fills the cache of content types
    for shown in (people[:1], people):
        with django_assert_num_queries(2):  # the event and its subjects
            log_access(request_of(coach), Action.VIEW, shown, "x")


def test_behind_a_proxy_the_address_is_the_one_it_passes_on(coach, settings):
    settings.CLIENT_ADDRESS_KEY = "HTTP_X_REAL_IP"
    request = request_of(coach)
    request.META["HTTP_X_REAL_IP"] = "192.0.2.99"
    log_access(request, Action.VIEW, [], "x")
    assert AccessEvent.objects.get().address == "192.0.2.99"
