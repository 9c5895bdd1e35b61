import pytest
from django.test import RequestFactory

from participants.models import Participant
from pluspunt.tests.factories import ParticipantFactory, UserFactory
from privacy.models import AccessEvent, AccessSubject
from privacy.services import Action, Ground, log_access, record_access
from privacy.services.log import family_of

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


CHROME_ON_A_TABLET = (
    "Mozilla/5.0 (Linux; Android 14; SM-X200) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
)
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36"
    " Edg/131.0"
)
SAFARI = "Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Mobile/15E148 Safari/604.1"


@pytest.mark.parametrize(
    ("agent", "family"),
    [
        (CHROME_ON_A_TABLET, "Chrome op Android"),
        (EDGE, "Edge op Windows"),
        (SAFARI, "Safari op iPad"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox op Linux"),
        ("curl/8.14", ""),
    ],
)
def test_of_the_browser_only_the_family_is_kept(agent, family):
    assert family_of(agent) == family


@pytest.mark.parametrize(
    ("role", "ground"),
    [
        ("COACH", "GUIDANCE"),
        ("COORDINATOR", "COORDINATION"),
        ("MANAGEMENT", "ACCOUNTING"),
        ("ADMINISTRATOR", "MANAGEMENT"),
    ],
)
def test_why_somebody_looks_follows_from_the_role(role, ground):
    log_access(request_of(UserFactory(role=role)), Action.VIEW, [], "x")
    assert AccessEvent.objects.get().ground == ground


def test_a_page_that_knows_better_says_why(coach):
    log_access(request_of(coach), Action.VIEW, [], "x", ground=Ground.STAND_IN)
    assert AccessEvent.objects.get().ground == "STAND_IN"


def test_events_of_one_request_and_one_sign_in_belong_together_and_do_not_say_which(client, coach, signed_in):
    signed_in(coach).get("/deelnemers/")
    client.get("/deelnemers/")
    first, second = AccessEvent.objects.order_by("pk")
    assert (first.session, len(first.session)) == (second.session, 16)
    assert first.request_id != second.request_id
    assert client.session.session_key not in (first.session, first.request_id)


def test_a_refused_sign_in_of_nobody_is_recorded():
    record_access(None, Action.SIGN_IN, None, [], "inloggen", address="192.0.2.7", allowed=False)
    event = AccessEvent.objects.get()
    assert (event.user, event.role, event.ground, event.allowed) == (None, "", "", False)


def test_a_name_that_is_too_long_is_cut_and_the_event_is_kept(coach):
    log_access(request_of(coach), Action.VIEW, [], "x" * 500)
    assert AccessEvent.objects.get().data == "x" * 200
