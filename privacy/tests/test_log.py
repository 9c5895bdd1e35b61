import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError, connection, transaction
from django.test import RequestFactory
from django.utils.crypto import salted_hmac
from psycopg.errors import DiskFull

from participants.models import Participant
from pluspunt.middleware import is_disk_full
from pluspunt.tests.factories import ParticipantFactory, UserFactory
from privacy.models import AccessEvent, AccessSubject
from privacy.services import Action, Ground, address_of, log_access, origin_of, record_access
from privacy.services.log import LogUnavailableError, family_of

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
CHROME_ON_WINDOWS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36"
)
SAFARI = "Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Mobile/15E148 Safari/604.1"


@pytest.mark.parametrize(
    ("agent", "family"),
    [
        (CHROME_ON_A_TABLET, "Chrome op Android"),
        (f"{CHROME_ON_WINDOWS} Edg/131.0", "Edge op Windows"),
        (SAFARI, "Safari op iPad"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox op Linux"),
        (f"{CHROME_ON_WINDOWS} OPR/117.0", "Opera op Windows"),
        ("Mozilla/5.0 (Linux; Android 14) SamsungBrowser/27.0 Chrome/125.0 Mobile Safari/537.36", "Samsung op Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) CriOS/131.0 Safari/604.1", "Chrome op iPhone"),
        ("Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) FxiOS/133.0 Safari/604.1", "Firefox op iPad"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/17.0 Safari/605.1.15", "Safari op macOS"),
        ("Mozilla/5.0 (X11; CrOS x86_64 15917.0.0) Chrome/131.0 Safari/537.36", "Chrome op ChromeOS"),
        ("Chromecast (Windows NT 10.0)", "Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/131.0", "Linux"),
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
    key = client.session.session_key
    assert first.session == salted_hmac("privacy.session", key).hexdigest()[:16]
    assert key not in (first.session, first.request_id)


def test_a_refused_sign_in_of_nobody_is_recorded():
    record_access(None, Action.SIGN_IN, None, [], "inloggen", address="192.0.2.7", allowed=False)
    event = AccessEvent.objects.get()
    assert (event.user, event.role, event.ground, event.allowed) == (None, "", "", False)


def test_a_name_that_is_too_long_is_cut_and_the_event_is_kept(coach):
    log_access(request_of(coach), Action.VIEW, [], "x" * 500)
    assert AccessEvent.objects.get().data == "x" * 200


def test_without_an_account_or_a_session_an_event_names_none():
    log_access(request_of(AnonymousUser()), Action.VIEW, [], "x")
    event = AccessEvent.objects.get()
    assert (event.user, event.role, event.session, event.agent, event.allowed) == (None, "", "", "", True)


def test_what_a_request_does_belongs_together_and_names_the_browser(coach):
    request = request_of(coach)
    request.META["HTTP_USER_AGENT"] = CHROME_ON_A_TABLET
    for _ in range(2):
        log_access(request, Action.VIEW, [], "x")
    first, second = AccessEvent.objects.all()
    assert (first.request_id, len(first.request_id)) == (second.request_id, 32)
    assert first.agent == "Chrome op Android"


def test_what_nobody_told_stays_empty(coach):
    record_access(coach, Action.VIEW, None, [], "x", address=None)
    event = AccessEvent.objects.get()
    assert (event.session, event.agent, event.request_id, event.allowed) == ("", "", "", True)
    assert event.signed_with == "demo"


@pytest.mark.parametrize(
    ("action", "allowed", "kept"), [("REFUSED", True, False), ("VIEW", True, True), ("VIEW", False, False)]
)
def test_what_was_refused_is_never_allowed(coach, action, allowed, kept):
    record_access(coach, action, None, [], "x", address=None, allowed=allowed)
    assert AccessEvent.objects.get().allowed == kept


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:DB8:0::1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("onbekend", None),
        ("", None),
        (None, None),
    ],
)
def test_an_address_is_kept_as_both_databases_give_it_back(coach, address, kept):
    record_access(coach, Action.VIEW, None, [], "x", address=address)
    assert AccessEvent.objects.get().address == kept


def test_a_request_from_nowhere_has_no_address():
    request = RequestFactory().get("/", REMOTE_ADDR="")
    assert origin_of(request)["address"] is None
    del request.META["REMOTE_ADDR"]
    assert address_of(request) is None


def test_a_log_that_cannot_be_written_says_so_and_a_database_that_is_away_says_that_itself(coach):
    with pytest.raises(LogUnavailableError, match="agent"), transaction.atomic():
        record_access(coach, Action.VIEW, None, [], "x", address=None, agent=None)
    with pytest.raises(OperationalError, match="vol") as why, transaction.atomic(), connection.execute_wrapper(full):
        record_access(coach, Action.VIEW, None, [], "x", address=None)
    assert is_disk_full(why.value)
    assert not AccessEvent.objects.exists()


def full(*args):
    raise OperationalError("vol") from DiskFull()
