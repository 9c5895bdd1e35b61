"""Every address × everybody × method: who gets a page, who is sent to sign in, refused (403) or told nothing (404).

An address that is missing from the table fails. A POST here is empty: a form that comes back says 200, an action
that was done or refused with a sentence says 302. `login` is a redirect to the sign-in page.
"""

from dataclasses import dataclass

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse

from pluspunt.tests.test_consistency import own_patterns

EVERYBODY = ("nobody", "coach", "other_coach", "coordinator", "management", "administrator")


@dataclass(frozen=True)
class Row:
    """What each of `EVERYBODY` gets for a GET and for a POST; `world` names what the address needs."""

    get: str
    post: str
    world: tuple[str, ...] = ()


COORDINATOR = "login 403 403 200 403 403"
COORDINATOR_ACTS = "login 403 403 302 403 403"
CARE = "login 200 200 200 403 403"
PARTNERS = "login 200 200 200 200 403"
OF_COACH = "login 200 404 200 403 403"
COACH_ACTS = "login 302 404 302 403 403"
MANAGEMENT = "login 403 403 403 200 403"
ADMINISTRATOR = "login 403 403 403 403 200"
ONLY_GET = "login 405 405 405 405 405"

REGISTER = ("workshop_id", "day", "part")
SLOT = ("workshop_id", "day", "part")

TABLE: dict[str, Row] = {
    "home": Row("login 302 302 302 302 302", "login 302 302 302 302 302"),
    "health": Row("200 200 200 200 200 200", "200 200 200 200 200 200"),
    # workshops: registers
    "session_day": Row(CARE, ONLY_GET),
    "register_detail": Row(OF_COACH, ONLY_GET, REGISTER),
    "attendance_mark": Row(ONLY_GET, COACH_ACTS, (*REGISTER, "key")),
    "attendance_mark_all": Row(ONLY_GET, COACH_ACTS, REGISTER),
    "visitor_add": Row(OF_COACH, COACH_ACTS, REGISTER),
    "session_list_pdf": Row(OF_COACH, ONLY_GET, REGISTER),
    # participants
    "participant_list": Row(CARE, ONLY_GET),
    "participant_detail": Row(OF_COACH, ONLY_GET, ("key",)),
    "participant_add": Row(COORDINATOR, COORDINATOR),
    "participant_edit": Row(COORDINATOR, COORDINATOR, ("key",)),
    "trajectory_add": Row(COORDINATOR, COORDINATOR, ("key",)),
    "trajectory_edit": Row(COORDINATOR, COORDINATOR, ("key", "pk:trajectory")),
    "indication_add": Row(COORDINATOR, COORDINATOR, ("key",)),
    "indication_edit": Row(COORDINATOR, COORDINATOR, ("key", "pk:indication")),
    "practitioner_add": Row(COORDINATOR, COORDINATOR, ("key",)),
    "practitioner_edit": Row(COORDINATOR, COORDINATOR, ("key", "pk:practitioner")),
    # the tabs of one person, and the lists
    "participant_path": Row(OF_COACH, ONLY_GET, ("key",)),
    "participant_indications": Row(OF_COACH, ONLY_GET, ("key",)),
    "participant_guidance": Row(OF_COACH, ONLY_GET, ("key",)),
    "participant_skills": Row(OF_COACH, ONLY_GET, ("key",)),
    "participant_around": Row(OF_COACH, ONLY_GET, ("key",)),
    "participant_documents": Row(OF_COACH, ONLY_GET, ("key",)),
    "volunteer_detail": Row(COORDINATOR, ONLY_GET, ("key",)),
    "application_list": Row(COORDINATOR, ONLY_GET),
    "indication_list": Row(COORDINATOR, ONLY_GET),
    "review_list": Row(CARE, ONLY_GET),
    "volunteer_list": Row(COORDINATOR, ONLY_GET),
    # partners
    "organisation_list": Row(PARTNERS, ONLY_GET),
    "attendance_overview_pdf": Row(OF_COACH, ONLY_GET, ("key",)),
    # workshops: planning
    "workshop_week": Row(COORDINATOR, ONLY_GET),
    "workshop_slot": Row(COORDINATOR, ONLY_GET, SLOT),
    "placement_choose": Row(COORDINATOR, ONLY_GET, SLOT),
    "placement_add": Row(COORDINATOR, COORDINATOR, ("key",)),
    "placement_end": Row(COORDINATOR, COORDINATOR, ("key", "pk:placement")),
    "placement_change": Row(COORDINATOR, COORDINATOR, ("key", "pk:placement")),
    "placement_withdraw": Row(ONLY_GET, COORDINATOR_ACTS, ("key", "pk:placement")),
    "trajectory_end": Row(COORDINATOR, COORDINATOR, ("key", "pk:trajectory")),
    "pause_add": Row(COORDINATOR, COORDINATOR, ("key", "pk:trajectory")),
    "pause_end": Row(COORDINATOR, COORDINATOR, ("key", "pk:pause")),
    # workshops: import
    "year_import": Row(COORDINATOR, COORDINATOR),
    "year_import_detail": Row(COORDINATOR, ONLY_GET, ("pk:draft",)),
    "year_import_confirm": Row(ONLY_GET, COORDINATOR_ACTS, ("pk:draft",)),
    "schedule_continue": Row(COORDINATOR, COORDINATOR),
    # impact
    "figures": Row(MANAGEMENT, ONLY_GET),
    "annual_report": Row(MANAGEMENT, ONLY_GET),
    "annual_report_pdf": Row(MANAGEMENT, ONLY_GET, ("year",)),
    # accounts
    "account_list": Row(ADMINISTRATOR, ADMINISTRATOR),
    "account_add": Row(ADMINISTRATOR, ADMINISTRATOR),
    "account_edit": Row(ADMINISTRATOR, ADMINISTRATOR, ("pk:account",)),
    "account_invite": Row(ONLY_GET, "login 403 403 403 403 302", ("pk:account",)),
}


def pages_of(role: str) -> set[str]:
    """The names of the pages that somebody with `role` may open."""
    place = EVERYBODY.index(role)
    return {name for name, row in TABLE.items() if row.get.split()[place] == "200" and not name.endswith("_pdf")}


def url_of(name: str, world: dict) -> str:
    """The address of `name`; `pk:draft` in the table fills the argument `pk` with the draft of the world."""
    arguments = (need.partition(":") for need in TABLE[name].world)
    return reverse(name, kwargs={argument: world[source or argument] for argument, _, source in arguments})


def answer_of(client, identity: str, method: str, url: str, world: dict) -> HttpResponse:
    client.logout()
    if identity != "nobody":
        client.force_login(world["users"][identity], "allauth.account.auth_backends.AuthenticationBackend")
    return client.get(url) if method == "get" else client.post(url)


def answer_to(client, identity: str, method: str, url: str, world: dict) -> str:
    with transaction.atomic():
        answer = answer_of(client, identity, method, url, world)
        transaction.set_rollback(True)
    is_login = answer.status_code == 302 and answer.url.startswith(reverse("account_login"))
    return "login" if is_login else str(answer.status_code)


def test_every_address_stands_in_the_table():
    assert {pattern.name for pattern in own_patterns()} ^ set(TABLE) == set()


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", TABLE)
def test_everybody_gets_what_the_table_says(client, world, name, method):
    url = url_of(name, world)
    answers = {who: answer_to(client, who, method, url, world) for who in EVERYBODY}
    assert answers == dict(zip(EVERYBODY, getattr(TABLE[name], method).split(), strict=True))
