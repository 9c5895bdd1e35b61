"""Whether the house runs as it should: what a monitor is told in one word, and an administrator in a sentence."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from functools import cache

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from privacy.models import AccessEvent, Seal, UpkeepRun

Kind = UpkeepRun.Kind

# A worker gives a sign of life every ten seconds.
WORKER_GONE = timedelta(minutes=1)
# Events are sealed every minute.
SEAL_LATE = timedelta(minutes=5)
# What happens every night, with room for a night that was long.
A_NIGHT = timedelta(hours=26)
TWO_NIGHTS = timedelta(hours=50)
# A drill once a month, with room for a holiday.
DRILL_LATE = timedelta(days=35)


class State(Enum):
    """How something is; the value is what a monitor reads."""

    GOOD = "ok"
    LATE = "attention"
    BROKEN = "broken"

    @property
    def word(self) -> str:
        return {"ok": "in orde", "attention": "let op", "broken": "werkt niet"}[self.value]

    @property
    def is_good(self) -> bool:
        return self is State.GOOD


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: its name for a monitor, and what an administrator reads about it."""

    name: str
    title: str
    state: State
    sentence: str
    at: datetime | None = None


def is_migrated() -> bool:
    """Whether the database is as this version of the code wants it; a newer one is fine, for a moment."""
    return _migrations_of_code() <= set(MigrationRecorder(connection).applied_migrations())


@cache
def _migrations_of_code() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).graph.nodes)


def health_checks() -> list[Check]:
    """Everything that is looked at, the database first: it can be asked, or this raises what says that it cannot."""
    now = timezone.now()
    database = Check("database", "Database", State.GOOD, "De database antwoordt.")
    return [database, _migrations(), _worker(now), _seals(now), _night(now), _backup(now), _drill(now)]


def late_checks() -> list[Check]:
    """What an administrator must do something about that nobody else notices: backups, and trying them.

    A demo has nothing to lose.
    """
    if settings.DEMO:
        return []
    now = timezone.now()
    return [check for check in (_backup(now), _drill(now)) if not check.state.is_good]


def _migrations() -> Check:
    if is_migrated():
        return Check("migrations", "Versie van de database", State.GOOD, "De database past bij deze versie.")
    sentence = "De database is nog niet bijgewerkt. Typ op de server: manage.py migrate_safely."
    return Check("migrations", "Versie van de database", State.BROKEN, sentence)


def _worker(now: datetime) -> Check:
    last = UpkeepRun.objects.last(Kind.WORKER)
    if last and now - last.at <= WORKER_GONE:
        return Check("worker", "Werker", State.GOOD, "De werker is er.", last.at)
    sentence = "De werker geeft geen teken van leven. Documenten blijven wachten. Kijk op de server wat er mis is."
    return Check("worker", "Werker", State.BROKEN, sentence, last and last.at)


def _seals(now: datetime) -> Check:
    newest = Seal.objects.order_by("-number").first()
    sealed_at = newest and newest.sealed_at
    waits = AccessEvent.objects.filter(pk__gt=newest.last if newest else 0, at__lt=now - SEAL_LATE)
    if not waits.exists():
        return Check("seals", "Logboek verzegeld", State.GOOD, "Wat er gekeken is, is verzegeld.", sealed_at)
    sentence = "Regels van het logboek wachten te lang op hun zegel. Dat doet de werker elke minuut."
    return Check("seals", "Logboek verzegeld", State.BROKEN, sentence, sealed_at)


def _night(now: datetime) -> Check:
    last = UpkeepRun.objects.good().last(Kind.NIGHTLY)
    if last and now - last.at <= A_NIGHT:
        return Check("nightly", "Nachtelijk werk", State.GOOD, "Vannacht is alles gedaan.", last.at)
    sentence = "Het nachtelijke werk is niet gedaan. Registers komen dan later, en er wordt niets opgeruimd."
    return Check("nightly", "Nachtelijk werk", State.LATE, sentence, last and last.at)


def _backup(now: datetime) -> Check:
    last, good = UpkeepRun.objects.last(Kind.BACKUP), UpkeepRun.objects.good().last(Kind.BACKUP)
    title, at = "Reservekopie", good and good.at
    if good is None:
        return Check("backup", title, State.BROKEN, "Er is nog geen goede reservekopie gemaakt.")
    if last != good:
        return Check("backup", title, State.BROKEN, f"De laatste keer ging het mis: {last.message}", at)
    if now - good.at <= A_NIGHT:
        return Check("backup", title, State.GOOD, f"Gemaakt en teruggelezen: {good.message}", at)
    state = State.LATE if now - good.at <= TWO_NIGHTS else State.BROKEN
    return Check("backup", title, state, "De laatste reservekopie is te oud.", at)


def _drill(now: datetime) -> Check:
    last, good = UpkeepRun.objects.last(Kind.DRILL), UpkeepRun.objects.good().last(Kind.DRILL)
    title, at = "Proef met terugzetten", good and good.at
    if last and not last.succeeded:
        return Check("drill", title, State.BROKEN, f"De laatste proef is mislukt: {last.message}", at)
    if good is None:
        return Check("drill", title, State.LATE, "Nog nooit is geprobeerd of een reservekopie terug te zetten is.")
    if now - good.at <= DRILL_LATE:
        return Check("drill", title, State.GOOD, f"Teruggezet en vergeleken: {good.message}", at)
    sentence = "Het is te lang geleden dat iemand probeerde of een reservekopie terug te zetten is."
    return Check("drill", title, State.LATE, sentence, at)
