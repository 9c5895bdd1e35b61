"""The figures of a version, or of a draft, as tables: what a spreadsheet and the files inside the PDF hold.

Made of the content of a version and of nothing else, so that they say to the letter what that version says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format

from impact.figures.figure import Kind
from impact.report.balances import BEFORE
from impact.report.frozen import Content
from impact.suppression import FEW, LEFT_OUT
from participants.models import PeopleIndicator
from pluspunt.periods import Period
from pluspunt.spreadsheets import Amount, Cell
from pluspunt.templatetags.words import NOTHING

# The tables of figures, with the beginnings of the keys that stand in them.
CHAPTERS = {
    "Mensen": (
        "flow",
        "reached",
        "flow_through",
        "destination",
        "destinations",
        "positive_outflow",
        "retention",
        "waiting",
        "utilisation",
        "strand",
    ),
    "Meten": ("coverage", "growth", "ladder"),
    "Meedoen": ("attendance", "volunteers", "group", "workshop", "month"),
    "Opbrengsten": ("output", "reuse", "co2e"),
}
_PATTERNS = {Kind.RATE.value: "0.0%", Kind.SCORE.value: "+0.00;-0.00;0.00"}
_WHOLE, _TENTHS = "#,##0", "#,##0.0"


@dataclass(frozen=True)
class Table:
    """A table with its name; in one with `texts` the cells are sentences."""

    name: str
    heads: tuple[str, ...]
    rows: list[list[Cell]]
    texts: bool = False


def tables_of(content: Content, period: Period) -> list[Table]:
    """Every table about `content`, in the order in which somebody reads them."""
    figures = {each["key"]: each for each in content["figures"]}
    return [
        _about(content, period),
        *(_chapter(name, heads, figures, content, period) for name, heads in CHAPTERS.items()),
        _definitions(figures),
        _targets(content),
        _indicators(content),
        _factors(content),
        _statements(content),
    ]


def title_of(content: Content, period: Period) -> str:
    """ "Cijfers 2026, versie 2"; "Cijfers 2026 tot en met 1 maart 2026" for a year that is not over."""
    if "number" in content:
        return f"Cijfers {content['year']}, versie {content['number']}"
    return f"Cijfers {content['year']}" if period.is_year else f"Cijfers {content['year']} {_until(period)}"


def _until(period: Period) -> str:
    return f"tot en met {date_format(period.end, 'j F Y')}"


def _about(content: Content, period: Period) -> Table:
    """What this is, and how to read it."""
    rows = [
        ["Van wie", "Stichting Pluspunt Rotterdam"],
        ["Waarover", f"{date_format(period.start, 'j F Y')} {_until(period)}"],
        [
            "Wat het is",
            f"Versie {content['number']} van het jaarverslag, gepubliceerd op {_said(content['published_on'])}. De "
            "cijfers zijn die van het verslag en veranderen nooit meer."
            if "number" in content
            else "Een concept. De cijfers kunnen nog veranderen en zijn niet gepubliceerd.",
        ],
        [f"“{FEW}”", "Eén tot en met vier mensen. Zo'n klein aantal noemen we niet: iemand zou te herkennen zijn."],
        [
            f"“{LEFT_OUT}”",
            "Weggelaten. Het gaat over heel weinig mensen, of een klein aantal zou er uit te rekenen zijn.",
        ],
        [f"“{NOTHING}”", "Daarover weten we niets: er was nog geen registratie, of er viel niets te delen."],
        ["Een lege cel", "Daarvan is in dit verslag geen cijfer, of geen doel."],
        ["Sleutel", "De vaste naam van een cijfer. Bij Definities staat wat het betekent en waar het vandaan komt."],
        [
            "Minder dan 95 % ingevuld",
            "Dan zijn de cijfers over dagdelen onzeker. Kijk bij Meedoen naar de registratiegraad.",
        ],
    ]
    return Table("Lees dit eerst", ("Wat", "Uitleg"), rows, texts=True)


def _chapter(name: str, heads: tuple[str, ...], figures: Mapping[str, dict], content: Content, period: Period) -> Table:
    """A line per figure: this year, the year before, the target, and the key under which its meaning stands."""
    keys = dict.fromkeys(key.removeprefix(BEFORE) for key in figures)
    targets = {each["key"]: each["value"] for each in content["targets"] if each["key"]}
    rows = []
    for key in keys:
        if key.split(".")[0] in heads:
            now, before = figures.get(key), figures.get(f"{BEFORE}{key}")
            known = now or before
            target = _amount(known["kind"], _as_part(known["kind"], targets[key])) if key in targets else None
            cells = [_cell(now), _cell(before), target]
            rows.append([known["group"], _label(known), *cells, known["unit"], key])
    now, before = _headings(period)
    year = period.start.year
    return Table(name, ("Onderdeel", "Cijfer", now, before, f"Doel {year}", "Eenheid", "Sleutel"), rows)


def _headings(period: Period) -> tuple[str, str]:
    """How the columns of this year and of the year before are called."""
    years = (period, period.year_before)
    if period.is_year:
        return tuple(str(each.start.year) for each in years)
    return tuple(f"{each.start.year}, {_until(each)}" for each in years)


def _definitions(figures: Mapping[str, dict]) -> Table:
    """What every figure means, how it is worked out, and what is counted for it."""
    rows = [
        [key, each["group"], each["label"], each["definition"], each["unit"], each["computed"], each["source"]]
        for key, each in figures.items()
        if not key.startswith(BEFORE)
    ]
    heads = ("Sleutel", "Onderdeel", "Cijfer", "Wat het betekent", "Eenheid", "Hoe berekend", "Bron")
    return Table("Definities", heads, rows, texts=True)


def _targets(content: Content) -> Table:
    rows = [[each["of"], Amount(Decimal(each["value"]), _TENTHS), each["key"]] for each in content["targets"]]
    return Table("Doelen", ("Doel", "Waarde", "Sleutel van het cijfer"), rows)


def _indicators(content: Content) -> Table:
    rows = [[each["pillar"].title(), each["name"], each["explanation"], each["how"]] for each in content["indicators"]]
    return Table("Indicatoren", ("Pijler", "Indicator", "Uitleg", "Hoe we het meten"), rows, texts=True)


def _factors(content: Content) -> Table:
    """The factors that held in the year: each of their versions is a line, with the days on which it held."""
    names = ("output", "kind", "start_date", "end_date", "source", "source_year", "is_weak", "remark")
    rows = []
    for each in content["factors"]:
        output, kind, *rest = (_day(each[name]) if name.endswith("date") else each[name] for name in names)
        rows.append([output, kind, Amount(Decimal(each["value"]), "General"), *rest])
    heads = ("Opbrengst", "Factor", "Waarde", "Geldig vanaf", "Geldig tot en met", "Bron", "Jaar van de bron")
    return Table("Rekenfactoren", (*heads, "Zwakke bron", "Opmerking"), rows, texts=True)


def _statements(content: Content) -> Table:
    rows = [
        [each["number"], each["version"], PeopleIndicator(each["indicator"]).label, each["text"]]
        for each in content["statements"]
    ]
    return Table("Stellingen", ("Nummer", "Versie", "Indicator", "Stelling"), rows, texts=True)


def _day(written: str) -> date | None:
    return date.fromisoformat(written) if written else None


def _said(written: str) -> str:
    return date_format(date.fromisoformat(written), "j F Y")


def _label(figure: dict[str, str]) -> str:
    return figure["label"].removesuffix(" (jaar ervoor)")


def _cell(figure: dict[str, str] | None) -> Cell:
    """The number, or the sign that stands in its place."""
    if figure is None:
        return None
    return _amount(figure["kind"], figure["value"]) if figure["value"] else figure["shown"]


def _as_part(kind: str, value: str) -> str:
    """A target in percents as a part of one, as rates are."""
    return str(Decimal(value) / 100) if kind == Kind.RATE.value else value


def _amount(kind: str, value: str) -> Amount:
    number = Decimal(value)
    return Amount(number, _PATTERNS.get(kind) or (_WHOLE if number == int(number) else _TENTHS))
