"""The drawings of the annual report, from figures as they may leave the house."""

from impact.charts import Chart, Value, flow_chart, horizontal_bars, trend_chart
from impact.figures.attendance import attendance_figures
from impact.report.document import Report
from impact.report.people import HOUSE
from impact.report.years import report_years
from pluspunt.periods import Period
from pluspunt.templatetags.words import number, percent, say

# More bars than this do not fit on a page; then the table says it all.
MOST_BARS = 15


def house_flow_chart(report: Report) -> Chart:
    """People at the beginning, in, out and at the end of the whole house, as they may be shown."""
    labels = {
        "begin": say("begin", "beginning"),
        "inflow": say("+ instroom", "+ inflow"),
        "outflow": say("− uitstroom", "− outflow"),
        "end": say("= eind", "= end"),
    }
    values = {
        name: Value(label, report.people.exact(f"{HOUSE}.{name}"), report.people[f"{HOUSE}.{name}"])
        for name, label in labels.items()
    }
    return flow_chart(**values, title=report.flow_sentence or say("Wie kwamen en wie gingen", "Who came and who left"))


def destination_chart(report: Report) -> Chart | None:
    """Where people went who stopped; "< 5" has words and no bar."""
    rows = [Value(label, _exact(shown), shown) for label, shown in report.destinations]
    if not any(row.value for row in rows):
        return None
    heads = (say("Waarheen", "Where to"), say("Mensen", "People"))
    title = report.onward or say("Waarheen de mensen gingen die stopten", "Where people went who stopped")
    return horizontal_bars(rows, title=title, heads=heads)


def _exact(shown: str) -> int | None:
    digits = "".join(letter for letter in shown if letter.isdigit())
    return int(digits) if digits and "<" not in shown else None


def trend_of_years(period: Period) -> Chart | None:
    """Delivered day parts per year since the register began; nothing for one year, or for part of a year."""
    if not period.is_year:
        return None
    years = [year for year in report_years(period.end) if year <= period.end.year][:6][::-1]
    if len(years) < 2:
        return None
    found = {year: attendance_figures(Period.of_year(year)).delivered for year in years}
    values = [Value(str(year), delivered, number(delivered)) for year, delivered in found.items()]
    first, last = values[0], values[-1]
    return trend_chart(
        values,
        title=trend_title(first, last),
        heads=(say("Jaar", "Year"), say("Geleverde dagdelen", "Delivered day parts")),
        caption=say("Geleverde dagdelen van deelnemers per jaar.", "Delivered day parts of participants per year."),
    )


def trend_title(first: Value, last: Value) -> str:
    """How the last year differs from the first; true for equal values and for nothing at the beginning."""
    if first.value == last.value:
        return say(
            f"In {last.label} evenveel dagdelen als in {first.label}: {last.shown}",
            f"As many day parts in {last.label} as in {first.label}: {last.shown}",
        )
    more = last.value > first.value
    return say(
        f"In {last.label} {'meer' if more else 'minder'} dagdelen dan in {first.label}: {last.shown}",
        f"{'More' if more else 'Fewer'} day parts in {last.label} than in {first.label}: {last.shown}",
    )


def occupancy_chart(report: Report) -> Chart | None:
    """How full each workshop was, the fullest first; nothing when there are too many, or when nothing is known."""
    rows = [
        Value(row.name, row.figures.occupancy, percent(row.figures.occupancy, 0))
        for row in report.workshops
        if row.figures and row.figures.occupancy is not None
    ]
    if not 2 <= len(rows) <= MOST_BARS or report.doubt:
        return None
    rows.sort(key=lambda row: -row.value)
    return horizontal_bars(
        rows,
        title=fullest(rows),
        heads=(say("Werkplaats", "Workshop"), say("Bezetting", "Occupancy")),
        caption=say(
            "Bezetting: geleverde dagdelen gedeeld door de plaatsen die er waren.",
            "Occupancy: delivered day parts divided by the places that there were.",
        ),
        top=max(1, rows[0].value),
    )


def fullest(rows: list[Value]) -> str:
    """Which workshop was fullest, from values sorted from high to low; true when they are equal or all empty."""
    if not rows or not rows[0].value:
        return say("De bezetting per werkplaats", "Occupancy per workshop")
    shown = rows[0].shown
    best = [row.label for row in rows if row.shown == shown]
    if len(best) == len(rows):
        return say(f"Elke werkplaats was even vol: {shown}", f"Every workshop was equally full: {shown}")
    if len(best) > 2:
        return say(f"{len(best)} werkplaatsen waren het volst: {shown}", f"{len(best)} workshops were fullest: {shown}")
    who = say(" en ", " and ").join(best)
    if len(best) == 2:
        return say(f"{who} waren het volst: {shown}", f"{who} were fullest: {shown}")
    return say(f"{who} was het volst: {shown}", f"{who} was fullest: {shown}")
