import json

from django.core.management.base import BaseCommand

from impact.figures import AttendanceFigures, PeriodFigures, period_figures
from pluspunt.periods import Period

COUNTS = ("planned", "attended", "extra", "excused", "no_show", "open", "cancelled", "capacity")
RATES = ("attendance_rate", "completeness", "no_show_rate", "occupancy")


def as_json(figures: PeriodFigures) -> dict:
    """The figures as plain values: rates rounded to six decimals, `None` where nothing was registered."""
    return {
        "year": figures.period.start.year,
        "total": _attendance(figures.total),
        "volunteers": {**_attendance(figures.volunteers), "occupancy": None} if figures.volunteers else None,
        "reached": figures.reached,
        "flow": {group: vars(row) for group, row in figures.flow.items()} if figures.flow else None,
        "by_workshop": {row.workshop.name: _attendance(row.figures) for row in figures.by_workshop},
        "by_month": {str(month): _attendance(row) for (_, month), row in figures.by_month.items()},
    }


def _attendance(figures: AttendanceFigures | None) -> dict | None:
    if figures is None:
        return None
    rates = {name: getattr(figures, name) for name in RATES}
    return {
        **{name: getattr(figures, name) for name in COUNTS},
        **{name: None if rate is None else round(rate, 6) for name, rate in rates.items()},
    }


class Command(BaseCommand):
    help = "Toont de cijfers van een jaar."

    def add_arguments(self, parser):
        parser.add_argument("year", type=int, help="het jaar, bijvoorbeeld 2025")
        parser.add_argument("--json", action="store_true", help="als JSON in plaats van als tabel")

    def handle(self, *args, year, **options):
        figures = as_json(period_figures(Period.of_year(year)))
        if options["json"]:
            self.stdout.write(json.dumps(figures, indent=1, ensure_ascii=False))
            return
        for part in ("total", "volunteers"):
            self.stdout.write({"total": "Deelnemers", "volunteers": "Vakvrijwilligers"}[part])
            for name, value in (figures[part] or {}).items():
                self.stdout.write(f"  {name:16} {'–' if value is None else value}")
        self.stdout.write(f"Bereikt: {'–' if figures['reached'] is None else figures['reached']}")
