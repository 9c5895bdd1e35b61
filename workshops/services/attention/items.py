"""One thing that needs somebody: what it is about, how urgent it is, and the one page where it is solved."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from django.db import models
from django.urls import reverse

from accounts.models import User
from participants.models import Participant
from pluspunt.templatetags.words import near_part
from workshops.models import Session, Snooze, Workshop

WEEK = timedelta(weeks=1)


class Urgency(models.IntegerChoices):
    NOW = 1, "Vandaag"
    THIS_WEEK = 2, "Deze week"
    LATER = 3, "Daarna"

    @classmethod
    def by(cls, due: date, today: date) -> "Urgency":
        """What must be done on `due` at the latest."""
        if due <= today:
            return cls.NOW
        return cls.THIS_WEEK if due < today + WEEK else cls.LATER


class Kind(Enum):
    """What sort of thing it is; of things that are as urgent, those of the first kind come first.

    The slug stands in addresses and in `Snooze.item`, so it never changes. Then follow the label, and the sentence for
    one and for more of them, which a number goes before.
    """

    BREACH = "datalek", "Datalekken", "datalek is nog open", "datalekken zijn nog open"
    RIGHTS = (
        "eigen-gegevens",
        "Eigen gegevens",
        "verzoek over eigen gegevens wacht",
        "verzoeken over eigen gegevens wachten",
    )
    SUPERVISION = (
        "begeleiding",
        "Begeleiding",
        "sessie heeft te weinig begeleiding",
        "sessies hebben te weinig begeleiding",
    )
    CANCELLED = (
        "uitval",
        "Uitval",
        "uitgevallen sessie is nog niet herpland",
        "uitgevallen sessies zijn nog niet herpland",
    )
    CROWDED = "vol", "Te vol", "sessie heeft meer mensen dan plaatsen", "sessies hebben meer mensen dan plaatsen"
    CALL = "bellen", "Bellen", "deelnemer om te bellen", "deelnemers om te bellen"
    WALK_IN = "inloper", "Inlopers", "inloper om na te kijken", "inlopers om na te kijken"
    CORRECTION = "correctie", "Correcties", "verzoek om een correctie", "verzoeken om een correctie"
    REGISTER = "register", "Registers", "register is nog niet af", "registers zijn nog niet af"
    NOT_SEEN = "niet-gezien", "Niet gezien", "deelnemer 14 dagen niet gezien", "deelnemers 14 dagen niet gezien"
    PAUSE = "onderbreking", "Onderbrekingen", "onderbreking is voorbij", "onderbrekingen zijn voorbij"
    NO_PLACE = "zonder-plek", "Zonder plek", "deelnemer heeft nog geen plek", "deelnemers hebben nog geen plek"
    CLOSED_PLACE = (
        "dichte-plek",
        "Plek is dicht",
        "plek is op een dagdeel dat dicht is of dichtgaat",
        "plekken zijn op een dagdeel dat dicht is of dichtgaat",
    )
    WAITING = (
        "wachtlijst",
        "Wachtlijst",
        "werkplaats heeft plek voor iemand op de wachtlijst",
        "werkplaatsen hebben plek voor iemand op de wachtlijst",
    )
    TRIAL_PLACE = (
        "proefplek",
        "Proefplaatsingen",
        "proefplaatsing vraagt een besluit",
        "proefplaatsingen vragen een besluit",
    )
    TRIAL = "proef", "Proef", "proef is bijna voorbij", "proeven zijn bijna voorbij"
    # Another thing than one that runs out: putting that off does not hide this.
    EXPIRED = "verlopen", "Verlopen", "indicatie is verlopen", "indicaties zijn verlopen"
    INDICATION = (
        "indicatie",
        "Indicaties",
        "indicatie loopt af binnen 8 weken",
        "indicaties lopen af binnen 8 weken",
    )
    USE = (
        "gebruik",
        "Gebruik",
        "indicatie past niet bij hoe vaak iemand komt",
        "indicaties passen niet bij hoe vaak iemand komt",
    )
    START_NOTICE = (
        "startbericht",
        "Startberichten",
        "startbericht is niet verstuurd",
        "startberichten zijn niet verstuurd",
    )
    STOP_NOTICE = "stopbericht", "Stopberichten", "stopbericht is niet verstuurd", "stopberichten zijn niet verstuurd"
    REVIEW = "evaluatie", "Evaluaties", "evaluatie is aan de beurt", "evaluaties zijn aan de beurt"
    MEASUREMENT = "meting", "Metingen", "deelnemer wacht op een meting", "deelnemers wachten op een meting"
    CERTIFICATE = "vog", "VOG", "VOG is nodig", "VOG's zijn nodig"
    RETENTION = (
        "bewaartermijn",
        "Bewaartermijnen",
        "dossier wordt binnen 30 dagen gewist",
        "dossiers worden binnen 30 dagen gewist",
    )

    def __init__(self, slug: str, label: str, one: str, many: str):
        self.slug, self.label, self.one, self.many = slug, label, one, many

    @classmethod
    def of(cls, slug: str) -> "Kind | None":
        return next((kind for kind in cls if kind.slug == slug), None)

    @property
    def order(self) -> int:
        return list(Kind).index(self)

    def words_for(self, number: int) -> str:
        """What follows the number: "3 indicaties lopen af binnen 8 weken"."""
        return self.one if number == 1 else self.many


@dataclass(frozen=True)
class Action:
    """What to do about it: the words on the link, and where it leads."""

    label: str
    url_name: str
    args: tuple = ()
    extra: str = ""

    @property
    def url(self) -> str:
        return reverse(self.url_name, args=self.args) + self.extra


@dataclass(frozen=True)
class Asked:
    """Who looks at the list, and when."""

    user: User
    now: datetime
    today: date


@dataclass(frozen=True)
class Item:
    """One thing about a person, a session or a workshop (one of these is there, or the kind says it all).

    `day` is when it began or must be done: of the same urgency and kind the first day comes first. `state` is what may
    become otherwise about it: then it is back, whatever was said about later. `last_day` is the day after which time
    takes it off the list by itself, solved or not: it waits no longer than that. `workshops` are the keys of those that
    it concerns: its own, or those where the person has a place. `snooze` is the last that was said about later, and
    `is_put_off` whether that still holds.
    """

    kind: Kind
    pk: int
    urgency: Urgency
    day: date
    what: str
    action: Action
    participant: Participant | None = None
    session: Session | None = None
    workshop: Workshop | None = None
    state: str | int | date = ""
    last_day: date | None = None
    workshops: frozenset[int] = frozenset()
    snooze: Snooze | None = None
    is_put_off: bool = False
    can_wait: bool = True

    @property
    def key(self) -> str:
        """Its name in addresses: "indicatie-12"."""
        return f"{self.kind.slug}-{self.pk}"

    @property
    def as_it_is(self) -> str:
        """Its name in `Snooze.item`, with what it was then: "indicatie-12/2026-03-02 US"."""
        return f"{self.key}/{self.state}"

    @property
    def is_changed(self) -> bool:
        """Whether it is another thing than the one that was put off."""
        return bool(self.snooze) and self.snooze.item != self.as_it_is

    @property
    def title(self) -> str:
        if self.participant:
            return self.participant.full_name
        if self.session:
            return f"{self.session.workshop}, {near_part(self.session.date, self.session.day_part)}"
        return str(self.workshop) if self.workshop else self.kind.label

    @property
    def order(self) -> tuple:
        name = self.participant.sort_name if self.participant else ""
        return self.urgency, self.kind.order, self.day, name, self.pk


def people(number: int) -> str:
    """ "1 deelnemer", "3 deelnemers"."""
    return f"{number} deelnemer" if number == 1 else f"{number} deelnemers"
