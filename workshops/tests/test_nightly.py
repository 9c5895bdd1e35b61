from datetime import timedelta

import pytest
from django.core.management import call_command

from workshops.models import ImportDraft
from workshops.services.sessions import HORIZON

pytestmark = pytest.mark.django_db


def test_the_night_makes_registers_ahead_and_clears_what_expired(monday, workshop, coordinator):
    old = ImportDraft.objects.create(made_by=coordinator, rows={})
    ImportDraft.objects.update(made_at=old.made_at - timedelta(hours=2))
    fresh = ImportDraft.objects.create(made_by=coordinator, rows={})
    for _ in range(2):
        call_command("nightly")
    assert workshop.sessions.order_by("date").last().date == monday + HORIZON
    assert list(ImportDraft.objects.all()) == [fresh]
