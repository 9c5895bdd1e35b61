"""What each role may do, by name; and how somebody is asked again who they are before what weighs more."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import User
from accounts.permissions import (
    ROLE_PERMISSIONS,
    RoleBackend,
    recent_sign_in_required,
    recent_sign_in_to_export,
)
from accounts.services.sessions import begin_session
from pluspunt.tests.factories import ParticipantFactory, UserFactory

pytestmark = pytest.mark.django_db
PEOPLE = {"participants.view_participant", "participants.guide_participant", "workshops.record_attendance"}
PARTNERS = {"partners.view_organisation"}
PRIVACY = {"privacy.report_breaches", "privacy.view_processing"}
PLANNING = {
    "participants.change_participant",
    "participants.keep_citizennumber",
    "partners.change_organisation",
    "workshops.plan_placements",
    "workshops.close_months",
    "workshops.import_year",
    "impact.view_figures",
    "privacy.handle_requests",
    "privacy.view_proofs",
}
KEEPING_HOUSE = {"accounts.manage_accounts", "privacy.read_log", "privacy.view_health", "privacy.view_proofs"}
LISTS = {
    "participants": ["district", "productcode", "consenttext", "allowancelimit"],
    "workshops": ["location", "absencereason", "ability", "callrule", "outputtype"],
}
OF_LISTS = {
    f"{app}.{action}_{name}"
    for app, names in LISTS.items()
    for name in names
    for action in ("view", "add", "change", "delete")
}
NEW, HOUSE = reverse("account_add"), reverse("session_day")


@pytest.mark.parametrize(
    ("role", "permissions"),
    [
        ("COACH", PEOPLE | PARTNERS),
        ("COORDINATOR", PEOPLE | PARTNERS | PLANNING | PRIVACY),
        ("MANAGEMENT", PARTNERS | {"impact.view_figures", "impact.make_reports"}),
        ("ADMINISTRATOR", KEEPING_HOUSE | PRIVACY | OF_LISTS),
    ],
)
def test_a_role_may_do_this_and_nothing_else(role, permissions):
    assert UserFactory(role=role).get_all_permissions() == permissions


def test_every_role_has_its_permissions():
    assert set(ROLE_PERMISSIONS) == set(User.Role)


def test_who_is_switched_off_a_stranger_and_an_unknown_role_may_do_nothing():
    for user in (UserFactory.build(is_active=False), AnonymousUser(), UserFactory.build(role="")):
        assert RoleBackend().get_all_permissions(user) == frozenset()


def test_of_one_thing_a_role_says_nothing(coach):
    """Which rows somebody sees is asked of the querysets."""
    person = ParticipantFactory()
    assert RoleBackend().get_all_permissions(coach, person) == frozenset()
    assert not RoleBackend().has_perm(coach, "participants.view_participant", person)


def test_a_no_is_final_and_a_yes_asks_no_question(coach, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert coach.has_perm("participants.view_participant")
        assert not coach.has_perm("participants.change_participant")
        with pytest.raises(PermissionDenied):
            RoleBackend().has_perm(coach, "participants.change_participant")


@pytest.mark.parametrize(("app", "may"), [("workshops", True), ("work", False), ("privacy", False)])
def test_a_role_may_do_something_in_an_app_or_not(coach, app, may):
    assert RoleBackend().has_module_perms(coach, app) == may


def test_signing_in_is_left_to_the_other_backend(coach):
    coach.set_password("vier losse houten planken")
    coach.save()
    assert RoleBackend().authenticate(None, username=coach.email, password="vier losse houten planken") is None


# --- Proving again who somebody is ------------------------------------------------------------------------------


@pytest.fixture
def late():
    """A client signed in as somebody, a quarter of an hour and more ago."""

    def sign_in(signed_in, user):
        with time_machine.travel("2026-03-02T09:10:00+01:00", tick=False) as clock:
            client = signed_in(user)
            clock.shift(timedelta(minutes=10))
            client.get(HOUSE)
        return client

    with time_machine.travel("2026-03-02T09:26:00+01:00", tick=False):
        yield sign_in


@pytest.fixture
def bea():
    bea = UserFactory(role="ADMINISTRATOR")
    bea.set_password("vier losse houten planken")
    bea.save()
    return bea


def asks(next_page: str, way: str = "/account/reauthenticate/") -> str:
    return f"{way}?next={next_page.replace('/', '%2F').replace('?', '%3F').replace('=', '%3D')}"


def sentences(client) -> list[str]:
    page = client.get("/account/reauthenticate/")
    return [str(message) for message in page.context["messages"]]


def test_a_page_opens_after_the_question_and_nothing_is_said_of_it(late, signed_in, bea):
    client = late(signed_in, bea)
    assert client.get(f"{NEW}?a=b").url == asks(f"{NEW}?a=b")
    assert client.head(NEW).url == asks(NEW)
    assert sentences(client) == []


def test_of_what_was_sent_it_is_said_that_it_did_not_happen(late, signed_in, bea):
    client = late(signed_in, bea)
    assert client.post(NEW, headers={"referer": f"http://testserver{HOUSE}"}).url == asks(HOUSE)
    assert sentences(client) == ["Laat eerst nog een keer zien wie je bent. Wat je net deed, is nog niet gebeurd."]


def test_of_a_file_it_is_said_to_choose_it_again(late, signed_in, coordinator):
    coordinator.set_password("vier losse houten planken")
    coordinator.save()
    client, people = late(signed_in, coordinator), reverse("participant_list")
    assert client.get(people).status_code == 200
    assert client.get(f"{people}?als=csv", headers={"referer": f"http://testserver{people}"}).url == asks(people)
    assert sentences(client) == ["Laat eerst nog een keer zien wie je bent. Daarna kies je het bestand opnieuw."]


def test_who_signs_in_elsewhere_is_signed_out_and_does_so_again(late, signed_in, bea):
    bea.set_unusable_password()
    bea.save()
    client = late(signed_in, bea)
    assert client.get(NEW).url == asks(NEW, "/account/login/")
    assert client.get(HOUSE).url == f"/account/login/?next={HOUSE}"


@pytest.mark.parametrize(
    ("guard", "address", "minutes", "is_asked"),
    [
        (recent_sign_in_required, "/", 15, False),
        (recent_sign_in_required, "/", 16, True),
        (recent_sign_in_to_export, "/", 16, False),
        (recent_sign_in_to_export, "/?als=pdf", 16, False),
        (recent_sign_in_to_export, "/?als=csv", 15, False),
        (recent_sign_in_to_export, "/?als=csv", 16, True),
    ],
)
def test_a_view_gets_all_that_it_was_asked_or_nothing_at_all(rf, bea, guard, address, minutes, is_asked):
    def view(request, *args, **kwargs):
        return request, args, kwargs

    request = rf.get(address)
    request.user, request.htmx, request.session = bea, False, SessionStore()
    request._messages = FallbackStorage(request)
    guarded = guard(view)
    assert guarded.__name__ == "view"
    with time_machine.travel("2026-03-02T09:10:00+01:00", tick=False) as clock:
        begin_session(request.session)
        clock.shift(timedelta(minutes=minutes))
        answer = guarded(request, 1, key=2)
    if is_asked:
        assert answer.url.startswith("/account/reauthenticate/")
        said = [str(message).partition(". ")[2] for message in request._messages]
        assert said == ["Daarna kies je het bestand opnieuw."] * ("als" in address)
    else:
        assert answer == (request, (1,), {"key": 2})
