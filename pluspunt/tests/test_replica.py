"""Figures may be read from a copy of the database; nothing is ever written to it."""

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from impact.models import Document
from impact.services.documents import make_document, request_document
from partners.models import Organisation
from pluspunt import replica
from pluspunt.databases import only_reading
from pluspunt.replica import REPLICA, reading_replica, reading_replica_after
from pluspunt.tests.factories import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True, databases=["default", REPLICA])


@pytest.fixture(scope="module", autouse=True)
def copy(django_db_setup):
    """A second connection to the same database: a copy that is never behind."""
    connections.settings[REPLICA] = only_reading(connection.settings_dict)
    yield connections[REPLICA]
    connections[REPLICA].close()
    del connections[REPLICA], connections.settings[REPLICA]


def read_from(alias: str, model) -> bool:
    return model.objects.all().db == alias


def test_only_where_it_is_asked_and_only_for_what_figures_are_made_of(copy):
    assert read_from("default", Organisation)
    with reading_replica():
        assert read_from(REPLICA, Organisation)
        assert read_from("default", User)
    assert read_from("default", Organisation)


def test_without_a_copy_everything_reads_the_real_one(monkeypatch):
    monkeypatch.delitem(connections.settings, REPLICA)
    with reading_replica(), reading_replica_after(UserFactory(), name="Nee"):
        assert read_from("default", Organisation)


def test_a_transaction_reads_what_it_will_change(copy):
    with reading_replica(), transaction.atomic():
        assert read_from("default", Organisation)


def test_what_was_read_from_the_copy_is_saved_in_the_real_one(copy):
    OrganisationFactory(name="Voedseltuin")
    with reading_replica(), CaptureQueriesContext(copy) as asked:
        found = Organisation.objects.get()
    assert len(asked) == 1
    found.name = "Voedseltuin Rotterdam"
    found.save()
    assert Organisation.objects.using("default").get().name == "Voedseltuin Rotterdam"


def test_writing_to_the_copy_is_refused(copy):
    organisation = OrganisationFactory(name="Voedseltuin")
    with pytest.raises(DatabaseError):
        Organisation.objects.using(REPLICA).update(name="Anders")
    with pytest.raises(DatabaseError):
        Organisation.objects.using(REPLICA).filter(pk=organisation.pk).delete()
    with pytest.raises(DatabaseError):
        organisation.save(using=REPLICA)
    assert Organisation.objects.get().name == "Voedseltuin"


@pytest.mark.parametrize("name", ["dashboard", "figures"])
def test_a_page_of_figures_asks_the_copy(copy, signed_in, name):
    client = signed_in(UserFactory(role=User.Role.MANAGEMENT))
    with CaptureQueriesContext(copy) as asked:
        assert client.get(reverse(name)).status_code == 200
    assert asked.captured_queries
    assert not any("accounts_user" in query["sql"] and "JOIN" not in query["sql"] for query in asked.captured_queries)


def test_a_document_is_made_from_the_copy_once_it_knows_that_it_was_asked(copy, monkeypatch):
    manager = UserFactory(role=User.Role.MANAGEMENT)
    monkeypatch.setattr(replica, "PATIENCE", 0)
    document = request_document("annual_report", {"year": 2025}, by=manager)
    with CaptureQueriesContext(copy) as asked:
        make_document(document.pk)
    assert len(asked) > 1
    assert Document.objects.get().state == Document.State.FAILED  # of that year there is no register


def test_a_copy_that_is_far_behind_is_not_waited_for(copy, monkeypatch):
    monkeypatch.setattr(replica, "PATIENCE", 0.1)
    organisation = OrganisationFactory()
    with reading_replica_after(organisation, name="Zo heet hij daar nog niet"):
        assert read_from("default", Organisation)
    with reading_replica_after(organisation, name=organisation.name):
        assert read_from(REPLICA, Organisation)
