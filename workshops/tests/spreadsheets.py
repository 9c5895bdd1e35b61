"""A year of spreadsheets that fits on a screen, and the real ones; a test changes the one cell that it is about."""

import csv
import io

from django.apps import apps
from django.conf import settings

from workshops.services.year_import.files import COLUMNS

REAL_DIRECTORY = settings.BASE_DIR / "workshops" / "data" / "2025"
ATTENDANCE = "aanwezigheid-2025.csv"


class SmallYear:
    """Two workshops, one person of each kind, and a few marks in March 2025 (Monday 3 March is the first).

    `rows` holds the rows of each file by its name; `files()` gives the bytes.
    """

    def __init__(self):
        monday = {"ma ochtend": "8", "ma middag": "8"}
        person = {"Geboortedatum": "01-02-1980", "Gebied": "Noord", "Start": "1-1-2024"}
        at_bikes = {"Werkplaats": "Fietsen", "Dag": "ma", "Dagdeel": "ochtend", "Van": "01-01-2025"}
        mark = {"Dagdeel": "ochtend", "Werkplaats": "Fietsen", "Nr": "1", "Status": "aanwezig"}
        self.rows = {
            "werkplaatsen.csv": [
                {"Werkplaats": "Fietsen", "Discipline": "fiets", "Locatie": "West", **monday},
                {
                    "Werkplaats": "Tuin",
                    "Discipline": "voedsel",
                    "Locatie": "M4H",
                    "Bij partner": "Voedseltuin",
                    **monday,
                },
            ],
            "sluitingen.csv": [{"Van": "21-04-2025", "Tot": "21-04-2025", "Reden": "Tweede paasdag"}],
            "uitval.csv": [
                {"Datum": "24-03-2025", "Dagdeel": "ochtend", "Werkplaats": "Fietsen", "Reden": "teamdag"},
            ],
            "deelnemers.csv": [
                {
                    **{"Nr": "1", "Roepnaam": "Hülya", "Achternaam": "Öztürk", "Doelgroep": "dagbesteding"},
                    **{"Toewijzingsnummer": "12345678", "Indicatie van": "01-01-2025", "Indicatie tot": "31-12-2025"},
                    **{"Dagdelen per week": "4", "Behandelaar": "Evie Bakker", **person},
                },
                {"Nr": "2", "Roepnaam": "Jan", "Achternaam": "Smit", "Doelgroep": "vakvrijwilliger", **person},
            ],
            "plaatsingen.csv": [
                {"Nr": "1", "Rol": "deelnemer", **at_bikes},
                {"Nr": "2", "Rol": "vrijwilliger", **at_bikes},
            ],
            ATTENDANCE: [
                {"Datum": "03-03-2025", **mark},
                {"Datum": "10-03-2025", **mark, "Status": "afgemeld", "Reden": "afspraak"},
                {"Datum": "17-03-2025", **mark, "Status": "niet afgemeld"},
                {"Datum": "03-03-2025", **mark, "Nr": "2"},
                {"Datum": "10-03-2025", **mark, "Dagdeel": "middag", "Werkplaats": "Tuin"},
            ],
        }

    def files(self) -> dict[str, bytes]:
        return {name: self.file(name) for name in self.rows}

    def file(self, name: str) -> bytes:
        columns = COLUMNS.get(name, COLUMNS["aanwezigheid-JJJJ.csv"])
        text = io.StringIO()
        writer = csv.DictWriter(text, columns, delimiter=";", restval="")
        writer.writeheader()
        writer.writerows(self.rows[name])
        return text.getvalue().encode("utf-8-sig")


def real_files() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in REAL_DIRECTORY.glob("*.csv")}


def whole_database() -> dict[str, list[tuple]]:
    """Every row of every table, history included."""
    models = apps.get_models(include_auto_created=True)
    return {model._meta.db_table: list(model._base_manager.order_by("pk").values_list()) for model in models}
