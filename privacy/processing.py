"""The register of processing (AVG art. 30): which facts about people we keep, why, on what ground and for how long.

Each app names in its own `processing.py` what it does with facts about people (`PROCESSINGS`), and which of its models
hold none (`WITHOUT_PEOPLE`, with the reason). A test fails when a model or a field is missing. From the same
declaration come the copy of everything about somebody (AVG art. 15) and how long a record is kept.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from importlib import import_module

from django.apps import apps
from django.db.models import Model
from django.utils.module_loading import module_has_submodule

from privacy.models import (
    AccessEvent,
    AccessSubject,
    Breach,
    BreachUpdate,
    ErasedKey,
    ErasureProof,
    ErasureRequest,
    PersonalCopy,
    Postponement,
    RetentionNotice,
    ReviewOfMonth,
    RightsRequest,
)


class Ground(Enum):
    """On what ground we may (AVG art. 6 lid 1; for facts about health also art. 9 lid 2)."""

    AGREEMENT = "uitvoering van de overeenkomst over begeleiding (art. 6 lid 1 onder b)"
    LAW = "wettelijke plicht (art. 6 lid 1 onder c)"
    CARE = "taak van algemeen belang: de Wmo 2015 (art. 6 lid 1 onder e; art. 9 lid 2 onder h)"
    INTEREST = "gerechtvaardigd belang (art. 6 lid 1 onder f)"
    CONSENT = "toestemming, die iemand altijd kan intrekken (art. 6 lid 1 onder a)"


class Data(Enum):
    """What sort of fact a field holds."""

    IDENTITY = "naam, geboortedatum en nummers"
    CONTACT = "adres en bereikbaarheid"
    PATH = "aanmelding, traject en indicatie"
    GUIDANCE = "begeleiding: doelen, notities en afspraken"
    PRESENCE = "planning en aanwezigheid"
    SKILLS = "vaardigheden en werk"
    MEASURED = "metingen en antwoorden"
    PUBLIC = "foto's en verhalen"
    CONSENT = "toestemmingen"
    AROUND = "mensen eromheen"
    MONEY = "vergoedingen en declaraties"
    WORK = "gegevens van medewerkers over hun werk"
    ACCOUNT = "inloggen en apparaten"
    TRACE = "wie iets vastlegde of bekeek, en wanneer"
    NOTHING = "zegt op zichzelf niets over iemand"


@dataclass(frozen=True)
class Retention:
    """How long something is kept: `years` or `days` after what, because of what; neither: as `after` says."""

    after: str
    because: str
    years: int = 0
    days: int = 0

    def __str__(self):
        span = f"{self.years} jaar" if self.years else f"{self.days} dagen"
        return f"{span} na {self.after}" if self.years or self.days else self.after


# A file of somebody with an indication under the Wmo, and of anybody else.
CARE_FILE = Retention("het einde van de begeleiding", "Wmo 2015 art. 5.3.4 lid 1", years=15)
OTHER_FILE = Retention("het einde van het traject", "langer is niet nodig (AVG art. 5 lid 1 onder e)", years=2)
LOG = Retention("het kijken of wijzigen", "NEN 7513", years=5)
BOOKS = Retention("het jaar waarover het gaat", "Algemene wet inzake rijksbelastingen art. 52 lid 4", years=7)
ACCOUNTABLE = Retention("de afhandeling", "verantwoording (AVG art. 5 lid 2)", years=5)
PROOF = Retention("altijd: er staat niet in van wie", "verantwoording (AVG art. 5 lid 2)")
SHORT = Retention("het maken", "alleen om iets af te maken", days=30)
STAFF = Retention("zolang iemand hier werkt, en zolang er staat wie iets deed", "verantwoording (AVG art. 5 lid 2)")
AS_LONG_AS_USED = Retention("zolang het gebruikt wordt", "langer is niet nodig (AVG art. 5 lid 1 onder e)")

SECURITY = (
    "Inloggen met een tweede stap; wie wat mag, hangt af van de rol; elk kijken en wijzigen staat in het logboek; de"
    " verbinding en de back-ups zijn versleuteld. Maatregelen: docs/beheer."
)


# The path of a model that knows whom it is about by `content_type` and `object_id`.
BY_KEY = "object_id"


@dataclass(frozen=True)
class Record:
    """What one model keeps about people: every field of it, by what sort of fact it holds.

    `of` is the path to the person whom it is about ("goal__participant"; "pk" for the person itself); without it, it is
    about nobody who has a file. `title` and `about` say in plain words to that person what it is. `read` names for a
    field the attribute that says what is in it. `left_out` are the fields that the person gets no copy of, and why.
    """

    model: type[Model]
    data: Mapping[Data, str]
    of: str = ""
    title: str = ""
    about: str = ""
    read: Mapping[str, str] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)
    # What to call the rows in the register, for a model of a library that has no Dutch name.
    called: str = ""
    # The whole record is kept from the copy, because of this; or it is in there in another way.
    withheld: str = ""
    elsewhere: str = ""

    @property
    def is_copied(self) -> bool:
        """Whether its rows are read for the copy of everything about somebody."""
        return bool(self.of) and not (self.withheld or self.elsewhere)

    @property
    def label(self) -> str:
        return self.model._meta.label

    @property
    def name(self) -> str:
        return self.called or str(self.model._meta.verbose_name_plural)

    @property
    def kinds(self) -> dict[str, Data]:
        """The name of each field, and what sort of fact it holds."""
        return {name: kind for kind, names in self.data.items() for name in names.split()}


@dataclass(frozen=True)
class Processing:
    """One thing that we do with facts about people: an entry of the register (AVG art. 30 lid 1)."""

    name: str
    purpose: str
    ground: Ground
    about: str
    recipients: str
    retention: tuple[Retention, ...]
    records: tuple[Record, ...]
    security: str = SECURITY

    @property
    def data(self) -> list[Data]:
        """The sorts of facts, in the order of `Data`."""
        found = {kind for record in self.records for kind in record.data}
        return [kind for kind in Data if kind in found - {Data.NOTHING}]


@cache
def all_processings() -> tuple[Processing, ...]:
    """Everything that the apps name, from the lowest floor up."""
    return tuple(processing for module in _modules() for processing in module.PROCESSINGS)


@cache
def models_without_people() -> dict[str, str]:
    """The models that hold no fact about anybody, and why that is so."""
    return {label: why for module in _modules() for label, why in module.WITHOUT_PEOPLE.items()}


def all_records() -> Iterator[Record]:
    for processing in all_processings():
        yield from processing.records


def _modules() -> list:
    return [
        import_module(f"{config.name}.processing")
        for config in apps.get_app_configs()
        if module_has_submodule(config.module, "processing")
    ]


PROCESSINGS = (
    Processing(
        name="Het logboek",
        purpose="Kunnen zien wie wat van wie bekeek of wijzigde, en misbruik vinden.",
        ground=Ground.LAW,
        about="Medewerkers; deelnemers en vakvrijwilligers van wie iets is bekeken",
        recipients="Niemand buiten Pluspunt; wie erin staat, krijgt op verzoek zijn eigen regels",
        retention=(LOG,),
        security="Regels kunnen niet gewijzigd of weggehaald worden. Verder zoals bij alles.",
        records=(
            Record(
                AccessEvent,
                {
                    Data.TRACE: "at user role action data ground allowed",
                    Data.ACCOUNT: "address session agent",
                    Data.NOTHING: "id key request_id signed_with mac",
                },
            ),
            Record(ReviewOfMonth, {Data.TRACE: "month reviewed_by reviewed_at findings remark", Data.NOTHING: "id"}),
            Record(
                AccessSubject,
                {Data.TRACE: "event content_type object_id", Data.NOTHING: "id"},
                of=BY_KEY,
                title="Wie in je gegevens keek",
                elsewhere="het hoofdstuk over wie keek, wanneer, naar wat en waarom",
            ),
        ),
    ),
    Processing(
        name="Verzoeken over eigen gegevens",
        purpose="Op tijd antwoorden op een verzoek om inzage of correctie, en dat kunnen laten zien.",
        ground=Ground.LAW,
        about="Deelnemers en vakvrijwilligers; hun vertegenwoordigers",
        recipients="Wie het vroeg",
        retention=(ACCOUNTABLE, SHORT),
        security="Afschriften staan versleuteld in de database en zijn na 30 dagen weg. Verder zoals bij alles.",
        records=(
            Record(
                RightsRequest,
                {
                    Data.TRACE: "kind asked_on asked_by asked_by_name identity what extended_on extended_because state"
                    " decided_on decided_by answer recorded_by recorded_at",
                    Data.NOTHING: "id content_type object_id names_staff masked_words",
                },
                of=BY_KEY,
                title="Wat je vroeg over je gegevens",
                left_out={"masked_words": "namen van anderen"},
            ),
            Record(
                PersonalCopy,
                {
                    Data.TRACE: "request asked_by asked_at made_at",
                    Data.IDENTITY: "sealed_pdf sealed_json sealed_names",
                    Data.NOTHING: "id key error rows pdf_fingerprint json_fingerprint",
                },
                of="request__object_id",
                title="Afschriften zoals dit",
                elsewhere="het is dit afschrift zelf, en wat we eerder zo gaven",
            ),
        ),
    ),
    Processing(
        name="Bewaren en wissen",
        purpose="Gegevens op tijd wissen, een verzoek om te wissen beantwoorden, en kunnen tonen dat het is gedaan.",
        ground=Ground.LAW,
        about="Deelnemers en vakvrijwilligers die stopten, of die vroegen om te wissen",
        recipients="Niemand buiten Pluspunt; wie erom vroeg, krijgt het bewijs",
        retention=(CARE_FILE, OTHER_FILE, PROOF),
        records=(
            Record(
                RetentionNotice,
                {
                    Data.PATH: "term ended_on due_on warned_on erase_on postponed_until",
                    Data.NOTHING: "id content_type object_id",
                },
                of=BY_KEY,
                title="Wanneer je gegevens worden gewist",
            ),
            Record(
                Postponement,
                {Data.GUIDANCE: "until reason", Data.TRACE: "by at", Data.NOTHING: "id notice"},
                of="notice__object_id",
                title="Waarom we je gegevens langer bewaren",
            ),
            Record(
                ErasureRequest,
                {
                    Data.PATH: "asked_on asked_by decision reason",
                    Data.TRACE: "decided_by decided_at",
                    Data.NOTHING: "id content_type object_id proof",
                },
                of=BY_KEY,
                title="Dat je vroeg om je gegevens te wissen",
            ),
            Record(
                ErasureProof,
                {Data.TRACE: "number why parts asked_on decided_by erased_at counts digest", Data.NOTHING: "id"},
            ),
            Record(ErasedKey, {Data.TRACE: "hash", Data.NOTHING: "id proof"}),
        ),
    ),
    Processing(
        name="Datalekken",
        purpose="De schade beperken, op tijd melden, en leren.",
        ground=Ground.LAW,
        about="Medewerkers die het vastlegden of ervan weten; van anderen alleen aantallen",
        recipients="De Autoriteit Persoonsgegevens en de gemeente",
        retention=(ACCOUNTABLE,),
        security="Er staan geen namen van deelnemers in; wat erover is geschreven, kan niemand wijzigen.",
        records=(
            Record(
                Breach,
                {
                    Data.WORK: "contact reported_by reported_at",
                    Data.NOTHING: "id discovered_at happened_at happened_until cause what people who data is_sensitive"
                    " was_unreadable risk consequences measures prevention municipality_told_at municipality_told"
                    " municipality_not_needed authority_told_at authority_number authority_not_needed late_because"
                    " people_told_at people_told closed_at",
                },
            ),
            Record(BreachUpdate, {Data.WORK: "at by text", Data.NOTHING: "id breach"}),
        ),
    ),
)
WITHOUT_PEOPLE: dict[str, str] = {
    "privacy.UpkeepRun": "wanneer het nachtelijke werk en de reservekopie voor het laatst lukten",
    "privacy.Seal": "een zegel kent alleen nummers en handtekeningen van regels van het logboek",
}
