"""What differs between two versions of a report, as sentences for a reader who has both."""

from dataclasses import asdict, dataclass
from decimal import Decimal

from impact.figures.figure import Kind
from impact.report.frozen import Content
from impact.suppression import FEW, LEFT_OUT, SMALL

# What counts people: a small difference tells of how few people a correction was.
PEOPLE = Kind.PEOPLE.value
FEW_MORE = "verschil van minder dan 5"


@dataclass(frozen=True)
class Change:
    """One difference: `old` and `new` as they are shown, empty for words, which are too long to repeat."""

    label: str
    sentence: str
    old: str = ""
    new: str = ""


def changes_between(old: Content, new: Content) -> list[Change]:
    """Figures first, in the order of the report, then words, and then what they were measured with."""
    return [
        *_figures(old, new),
        *_sections(old, new),
        *_lists(old, new),
        *_organisation(old, new),
    ]


def as_data(changes: list[Change]) -> list[dict[str, str]]:
    """The changes as they are kept in a version."""
    return [asdict(change) for change in changes]


def _figures(old: Content, new: Content) -> list[Change]:
    was, now = ({each["key"]: each for each in content["figures"]} for content in (old, new))
    changes = [_figure(was[key], now[key]) for key in now if key in was and was[key]["shown"] != now[key]["shown"]]
    changes += [
        Change(_name(now[key]), f"{_name(now[key])}: staat er nu ook in.", "", now[key]["shown"])
        for key in now.keys() - was.keys()
    ]
    changes += [
        Change(_name(was[key]), f"{_name(was[key])}: staat er niet meer in.", was[key]["shown"], "")
        for key in was.keys() - now.keys()
    ]
    return changes


def _figure(was: dict[str, str], now: dict[str, str]) -> Change:
    name = _name(now)
    if now["shown"] in (FEW, LEFT_OUT) or was["shown"] in (FEW, LEFT_OUT):
        return Change(name, f"{name}: nu {now['shown']}, was {was['shown']}.", was["shown"], now["shown"])
    if now["kind"] == PEOPLE and was["value"] and now["value"] and _is_small(was["value"], now["value"]):
        return Change(name, f"{name}: {FEW_MORE}.", "", FEW_MORE)
    return Change(name, f"{name}: was {was['shown']}, is {now['shown']}.", was["shown"], now["shown"])


def _is_small(was: str, now: str) -> bool:
    return abs(Decimal(now) - Decimal(was)) in SMALL


def _name(figure: dict[str, str]) -> str:
    return f"{figure['group']}, {figure['label']}"


def _sections(old: Content, new: Content) -> list[Change]:
    was, now = ({(each["kind"], each["title"]): each for each in content["sections"]} for content in (old, new))
    changes = [
        Change(key[1], f"“{key[1]}” is gewijzigd: {', '.join(parts)}.")
        for key in now
        if key in was and (parts := _parts(was[key], now[key]))
    ]
    changes += [Change(key[1], f"“{key[1]}” is nieuw.") for key in now if key not in was]
    changes += [Change(key[1], f"“{key[1]}” staat er niet meer in.") for key in was if key not in now]
    if not changes and [*was] != [*now]:
        changes.append(Change("Volgorde", "De onderdelen staan in een andere volgorde."))
    return changes


def _parts(was: dict, now: dict) -> list[str]:
    names = {
        "text": "tekst",
        "english_text": "Engelse tekst",
        "picture": "foto",
        "picture_text": "beschrijving van de foto",
    }
    return [label for name, label in (names | {"stories": "verhalen"}).items() if was[name] != now[name]]


def _lists(old: Content, new: Content) -> list[Change]:
    definitions = [{each["definition"] for each in content["figures"] if each["definition"]} for content in (old, new)]
    changes = (
        [Change("Definities", "De uitleg van een of meer cijfers is gewijzigd.")]
        if definitions[0] ^ definitions[1]
        else []
    )
    words = {
        "indicators": ("Indicatoren", "De uitleg van een of meer indicatoren is gewijzigd."),
        "factors": ("Rekenfactoren", "Een of meer rekenfactoren zijn gewijzigd."),
        "statements": ("Stellingen", "Een of meer stellingen zijn gewijzigd."),
        "targets": ("Doelen", "Een of meer doelen zijn gewijzigd."),
    }
    return changes + [Change(*said) for name, said in words.items() if old[name] != new[name]]


def _organisation(old: Content, new: Content) -> list[Change]:
    changes = []
    if (old["title"], old["subtitle"]) != (new["title"], new["subtitle"]):
        changes.append(Change("Titel", "De titel is gewijzigd."))
    if old["organisation"] != new["organisation"]:
        changes.append(Change("Organisatie", "De gegevens van de organisatie zijn gewijzigd."))
    return changes
