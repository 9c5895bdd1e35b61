"""Texts that were planted through the forms stand in no log, and the secret ones in no table either."""

import io
import logging
from contextlib import contextmanager

import pytest
from django.contrib.sessions.models import Session as SignedIn
from django.core import mail
from django.db import connection
from django.test import override_settings

from pluspunt.logs import JsonLines
from pluspunt.tests.factories import IndicationFactory
from pluspunt.tests.planted import found, plant

PASSWORD = "pluspunt-demo-2026"


@contextmanager
def log_of_the_server():
    """What production writes, from every logger, at the finest level."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield written
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


def dump() -> bytes:
    """Every table, with what is in the sessions written out."""
    parts = [str(row.get_decoded()) for row in SignedIn.objects.all()]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 (our own names)
            parts += [str(bytes(cell) if isinstance(cell, memoryview) else cell) for row in cursor for cell in row]
    return "\n".join(parts).encode()


@pytest.mark.slow
@pytest.mark.urls("pluspunt.tests.broken_urls")
@override_settings(ADMINS=[("Beheer", "beheer@pluspunt.example")])
def test_what_is_planted_is_found_nowhere(client, session, coordinator):
    person = session.attendances.first().participant
    IndicationFactory(participant=person)
    coordinator.set_password(PASSWORD)
    coordinator.save()
    client.force_login(coordinator, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.raise_request_exception = False
    with log_of_the_server() as log:
        planted = plant(client, person=person, session=session)
        for text in planted.everything.values():
            client.get("/deelnemers/", {"q": text})
            client.get(f"/bestaat-niet/{text}/")
        for text in planted.everything.values():
            assert client.post("/stuk/", {"name": text}).status_code == 500
    assert len(planted.everything) >= 20
    database = dump()
    assert found(planted.plain, database) == set(planted.plain)
    assert found(planted.sealed, database) == set()
    assert found(planted.everything, log.getvalue().encode()) == set()
    mails = "".join(str(message.message()) for message in mail.outbox)
    assert "RuntimeError" in mails
    assert found(planted.everything, mails.encode()) == set()
