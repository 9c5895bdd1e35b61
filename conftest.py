"""The fixed cast of the tests, and the day on which they play."""

from datetime import date

import pytest
import time_machine

from accounts.models import User
from pluspunt.tests.factories import OpeningFactory, PlacementFactory, UserFactory, WorkshopFactory
from workshops.models import DayPart, Session
from workshops.services.sessions import ensure_sessions

MONDAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def quick_settings(settings):
    """Passwords and static files without the work that only production needs."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def monday():
    """It is Monday 2 March 2026, ten past nine in the morning in Rotterdam."""
    with time_machine.travel("2026-03-02T09:10:00+01:00", tick=False):
        yield MONDAY


@pytest.fixture
def coach(db):
    return UserFactory(name="Coach Carla", role=User.Role.COACH)


@pytest.fixture
def coordinator(db):
    return UserFactory(name="Coördinator Cor", role=User.Role.COORDINATOR)


@pytest.fixture
def manager(db):
    return UserFactory(name="Manager Mo", role=User.Role.MANAGEMENT)


@pytest.fixture
def administrator(db):
    return UserFactory(name="Beheerder Bea", role=User.Role.ADMINISTRATOR)


@pytest.fixture
def workshop(coach):
    """The coach's workshop, open on Monday mornings with eight places."""
    workshop = WorkshopFactory(name="Fietsenwerkplaats West", coaches=[coach])
    OpeningFactory(workshop=workshop)
    return workshop


@pytest.fixture
def session(monday, workshop) -> Session:
    """This morning's session, with three people planned."""
    PlacementFactory.create_batch(3, workshop=workshop)
    ensure_sessions(monday)
    return workshop.sessions.get(date=monday, day_part=DayPart.MORNING)


@pytest.fixture
def signed_in(client):
    """A client signed in as the given user: `signed_in(coach).get(...)`."""

    def sign_in(user):
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in
