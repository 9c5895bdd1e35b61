# ruff: noqa: S608 (put together from words of this file, without anything from outside)
"""The figures once more, in plain SQL written from the definitions (domain reference §6), apart from the product.

Every function returns key → number, as the catalogue names them. What is the same on SQLite and PostgreSQL is written
once; days are added by a word that each of them knows.
"""

from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from statistics import median

from django.db import connection

GROUPS = ("SOCIAL_DAY_CARE", "ACTIVATION", "SKILLED_VOLUNTEER")
GONE_ONWARD = (
    "PAID_WORK",
    "SUPPORTED_WORK",
    "EDUCATION",
    "VOLUNTEERING_ELSEWHERE",
    "VOLUNTEERING_HERE",
    "GOALS_REACHED",
)
ELSEWHERE = "OTHER_PROVIDER OTHER_DOMAIN TREATMENT DETENTION MOVED RETIRED DECEASED NO_FOLLOW_UP UNKNOWN".split()  # noqa: SIM905
DESTINATIONS = (*GONE_ONWARD, *ELSEWHERE, "")
FOREVER = "9000-01-01"
# A day of a row, or so many days after it.
PLUS = {"sqlite": "date({}, '+{} days')", "postgresql": "({} + {})"}
# What lies in the columns of a line about slots.
SLOTS = """
    SUM(CASE WHEN s.state = 'PLANNED' AND a.planned THEN 1 ELSE 0 END) AS planned,
    SUM(CASE WHEN s.state = 'PLANNED' AND a.planned AND a.status = 'PRESENT' THEN 1 ELSE 0 END) AS attended,
    SUM(CASE WHEN s.state = 'PLANNED' AND a.planned AND a.status = 'EXCUSED' THEN 1 ELSE 0 END) AS excused,
    SUM(CASE WHEN s.state = 'PLANNED' AND a.planned AND a.status = 'NO_SHOW' THEN 1 ELSE 0 END) AS no_show,
    SUM(CASE WHEN s.state = 'PLANNED' AND a.planned AND a.status = 'OPEN' THEN 1 ELSE 0 END) AS open,
    SUM(CASE WHEN s.state = 'PLANNED' AND NOT a.planned AND a.status = 'PRESENT' THEN 1 ELSE 0 END) AS extra,
    SUM(CASE WHEN s.state = 'PLANNED' AND a.status = 'PRESENT' THEN 1 ELSE 0 END) AS delivered,
    SUM(CASE WHEN s.state = 'CANCELLED' AND a.planned THEN 1 ELSE 0 END) AS cancelled,
    COUNT(DISTINCT CASE WHEN s.state = 'PLANNED' AND (a.planned OR a.status = 'PRESENT')
        THEN a.participant_id END) AS people
"""
FROM_SLOTS = """
    FROM workshops_attendance a JOIN workshops_session s ON s.id = a.session_id
    JOIN participants_trajectory t ON t.id = a.trajectory_id WHERE s.date >= %s AND s.date <= %s
"""
STAYS = """
    WITH paths AS (
        SELECT id, participant_id, target_group, start_date, COALESCE(end_date, '{forever}') AS end_date, destination,
            MAX(COALESCE(end_date, '{forever}')) OVER (PARTITION BY {whose} ORDER BY start_date, id
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS until
        FROM participants_trajectory),
    parted AS (
        SELECT paths.*, SUM(CASE WHEN until IS NULL OR {until_and_28} < start_date THEN 1 ELSE 0 END)
            OVER (PARTITION BY {whose} ORDER BY start_date, id) AS stay FROM paths),
    stays AS (
        SELECT {whose}, stay, MIN(start_date) AS start_date, MAX(end_date) AS end_date
        FROM parted GROUP BY {whose}, stay)
"""


def recounted(start: date, end: date) -> dict[str, object]:
    """Every figure of the period by its key."""
    return {
        **attendance(start, end),
        **reached(start, end),
        **flow(start, end),
        **paths(start, end),
        **retention(start, end),
        **waiting(start, end),
        **utilisation(start, end),
        **strands(start, end),
        **growth(start, end),
        **coverage(start, end),
        **ladder(start, end),
        **outputs(start, end),
        **reuse(start, end),
    }


def rows(sql: str, *parameters) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def number(sql: str, *parameters) -> int:
    return rows(sql, *parameters)[0][0] or 0


def day(value) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def divided(part, whole) -> float | None:
    return part / whole if whole else None


def line(prefix: str, found: tuple | None, capacity: int | None) -> dict[str, object]:
    """The figures of one line of slots, with those about places when it has a capacity."""
    names = ("planned", "attended", "excused", "no_show", "open", "extra", "delivered", "cancelled", "people")
    n = dict(zip(names, [value or 0 for value in found] if found else [0] * len(names), strict=True))
    figures = {name: n[name] for name in names} | {
        "attendance_rate": divided(n["attended"], n["planned"]),
        "no_show_rate": divided(n["no_show"], n["planned"]),
        "completeness": divided(n["planned"] - n["open"], n["planned"]),
    }
    if capacity is not None:
        figures |= {
            "capacity": capacity,
            "occupancy": divided(n["delivered"], capacity),
            "planned_occupancy": divided(n["planned"], capacity),
        }
    return {f"{prefix}.{name}": value for name, value in figures.items()}


def attendance(start: date, end: date) -> dict[str, object]:
    """Slots of participants together, of volunteers, per target group, per workshop and per month."""
    places = "SELECT SUM(capacity) FROM workshops_session WHERE state = 'PLANNED' AND date >= %s AND date <= %s"
    participants = f"{FROM_SLOTS} AND t.target_group <> 'SKILLED_VOLUNTEER'"
    found = line("attendance", rows(f"SELECT {SLOTS} {participants}", start, end)[0], number(places, start, end))
    volunteers = rows(f"SELECT {SLOTS} {FROM_SLOTS} AND t.target_group = 'SKILLED_VOLUNTEER'", start, end)[0]
    found |= line("volunteers", volunteers, None)
    found["volunteers.hours"] = 4 * found["volunteers.delivered"]
    for group in GROUPS[:2]:
        slots = rows(f"SELECT {SLOTS} {FROM_SLOTS} AND t.target_group = %s", start, end, group)[0]
        found |= line(f"group.{group}", slots, None)
    for workshop, began in rows("SELECT id, registered_from FROM workshops_workshop"):
        if began is not None and day(began) <= end:
            slots = rows(f"SELECT {SLOTS} {participants} AND s.workshop_id = %s", start, end, workshop)[0]
            here = number(f"{places} AND workshop_id = %s", start, end, workshop)
            found |= line(f"workshop.{workshop}", slots, here)
    first = max(start, day(rows("SELECT MIN(registered_from) FROM workshops_workshop")[0][0]).replace(day=1))
    while first <= end:
        last = min(end, first.replace(day=monthrange(first.year, first.month)[1]))
        slots = rows(f"SELECT {SLOTS} {participants}", first, last)[0]
        found |= line(f"month.{first:%Y-%m}", slots, number(places, first, last))
        first = last + timedelta(days=1)
    return {key: value for key, value in found.items() if key.split(".")[-1] != "people" or key[0] in "wma"}


def reached(start: date, end: date) -> dict[str, int]:
    came = f"SELECT COUNT(DISTINCT a.participant_id) {FROM_SLOTS} AND s.state = 'PLANNED' AND a.status = 'PRESENT'"
    found = {f"reached.{group}": number(f"{came} AND t.target_group = %s", start, end, group) for group in GROUPS}
    return {**found, "reached.house": number(came, start, end)}


def stays_sql(whose: str) -> str:
    plus = PLUS[connection.vendor].format("until", 28)
    return STAYS.format(forever=FOREVER, whose=whose, until_and_28=plus)


def flow(start: date, end: date) -> dict[str, int]:
    """Stock, inflow and outflow: trajectories with at most 28 days between them are one stay."""
    found = {}
    for prefix, whose, only in [
        *((group, "participant_id, target_group", f"target_group = '{group}'") for group in GROUPS),
        ("house", "participant_id", "1 = 1"),
    ]:
        sql = stays_sql(whose)
        stock = f"{sql} SELECT COUNT(DISTINCT participant_id) FROM stays WHERE {only}"
        stock += " AND start_date < %s AND end_date >= %s"
        count = f"{sql} SELECT COUNT(*) FROM stays WHERE {only} AND"
        after = end + timedelta(days=1)
        enrolled = "SELECT COUNT(DISTINCT participant_id) FROM participants_trajectory WHERE start_date <= %s AND"
        found |= {
            f"flow.{prefix}.begin": number(stock, start, start),
            f"flow.{prefix}.end": number(stock, after, after),
            f"flow.{prefix}.inflow": number(f"{count} start_date >= %s AND start_date <= %s", start, end),
            f"flow.{prefix}.outflow": number(f"{count} end_date >= %s AND end_date <= %s", start, end),
            f"flow.{prefix}.enrolled": number(
                f"{enrolled} (end_date IS NULL OR end_date >= %s) AND {only}", end, start
            ),
        }
    return found


def paths(start: date, end: date) -> dict[str, object]:
    """Where the people who left the house went, and who moved up."""
    last = f"""{stays_sql("participant_id")} SELECT p.destination, COUNT(*) FROM stays s JOIN parted p
        ON p.participant_id = s.participant_id AND p.stay = s.stay AND p.end_date = s.end_date
        WHERE s.end_date >= %s AND s.end_date <= %s AND NOT EXISTS (SELECT 1 FROM parted q WHERE q.stay = p.stay
            AND q.participant_id = p.participant_id AND q.end_date = p.end_date AND q.id > p.id)
        GROUP BY p.destination"""
    gone = dict(rows(last, start, end))
    found = {f"destination.{name or 'none'}": gone.get(name, 0) for name in DESTINATIONS}
    onward = sum(gone.get(name, 0) for name in GONE_ONWARD)
    left = sum(gone.values()) - gone.get("MOVED", 0) - gone.get("DECEASED", 0)
    lower = """FROM participants_trajectory t WHERE t.target_group <> 'SKILLED_VOLUNTEER' AND t.start_date <= %s
        AND (t.end_date IS NULL OR t.end_date >= %s)"""
    between = "t.end_date <= %s AND EXISTS (SELECT 1 FROM participants_trajectory n WHERE n.moved_from_id = t.id)"
    earlier = """SELECT 1 FROM workshops_placement o JOIN workshops_workshop v ON v.id = o.workshop_id
        WHERE o.participant_id = p.participant_id AND o.start_date < p.start_date AND v.host_id"""
    partner = f"""EXISTS (SELECT 1 FROM workshops_placement p JOIN workshops_workshop w ON w.id = p.workshop_id
        WHERE p.trajectory_id = t.id AND w.host_id IS NOT NULL AND p.start_date >= %s AND p.start_date <= %s
        AND EXISTS ({earlier} IS NULL) AND NOT EXISTS ({earlier} IS NOT NULL))"""
    people = f"SELECT COUNT(DISTINCT t.participant_id) {lower}"
    moved = number(f"{people} AND (({between}) OR {partner})", end, start, end, start, end)
    could = number(people, end, start)
    return found | {
        "positive_outflow.onward": onward,
        "positive_outflow.left": left,
        "positive_outflow.rate": divided(onward, left),
        "flow_through.moved": moved,
        "flow_through.between": number(f"{people} AND {between}", end, start, end),
        "flow_through.to_partner": number(f"{people} AND {partner}", end, start, start, end),
        "flow_through.enrolled": could,
        "flow_through.rate": divided(moved, could),
    }


def later(first: date, months: int) -> date:
    """The same day so many months later, or the last of a shorter month."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))


def retention(start: date, end: date) -> dict[str, object]:
    """Of the stays that were three, six or twelve months old on a day of the period, those that went on that day."""
    found = {}
    stays = [
        (who, day(began), day(ended))
        for who, began, ended in rows(
            f"{stays_sql('participant_id')} SELECT participant_id, start_date, end_date FROM stays"
        )
    ]
    for months in (3, 6, 12):
        ages = [(who, later(began, months)) for who, began, _ in stays]
        cohort = [(who, on) for who, on in ages if start <= on <= end]
        stayed = [who for who, on in cohort if any(w == who and b <= on <= e for w, b, e in stays)]
        found |= {
            f"retention.{months}.cohort": len(cohort),
            f"retention.{months}.stayed": len(stayed),
            f"retention.{months}.rate": divided(len(stayed), len(cohort)),
        }
    return found


def waiting(start: date, end: date) -> dict[str, object]:
    """Days from the first application for a trajectory to the first slot that was attended in it."""
    sql = """SELECT MIN(a.applied_on), (SELECT MIN(s.date) FROM workshops_attendance v
            JOIN workshops_session s ON s.id = v.session_id
            WHERE v.trajectory_id = a.trajectory_id AND v.status = 'PRESENT' AND s.state = 'PLANNED') AS came
        FROM participants_application a WHERE a.trajectory_id IS NOT NULL GROUP BY a.trajectory_id"""
    known = [(day(asked), day(came)) for asked, came in rows(sql) if came is not None]
    days = [(came - asked).days for asked, came in known if start <= came <= end and asked <= came]
    return {"waiting.people": len(days), "waiting.median": float(median(days)) if days else None}


def utilisation(start: date, end: date) -> dict[str, object]:
    """What was delivered on days of an indication in day parts, and day by day what people were entitled to."""
    granted = """product_category = '07' AND unit = '16' AND NOT (frequency = '6' AND end_date IS NULL)"""
    entitled = Fraction(0)
    for first, last, volume, frequency in rows(
        f"SELECT start_date, end_date, volume, frequency FROM participants_indication WHERE {granted}"
    ):
        first, last = day(first), day(last) if last else None
        on = max(first, start)
        while on <= min(last or end, end):
            share = {"2": 7, "4": monthrange(on.year, on.month)[1], "6": ((last or end) - first).days + 1}[
                str(frequency)
            ]
            entitled += Fraction(volume, share)
            on += timedelta(days=1)
    delivered = number(
        f"""SELECT COUNT(*) {FROM_SLOTS} AND s.state = 'PLANNED' AND a.status = 'PRESENT'
        AND t.target_group <> 'SKILLED_VOLUNTEER' AND EXISTS (SELECT 1 FROM participants_indication i
            WHERE i.participant_id = a.participant_id AND {
            granted.replace("product_category", "i.product_category")
            .replace("unit", "i.unit")
            .replace("frequency", "i.frequency")
            .replace("end_date", "i.end_date")
        }
            AND i.start_date <= s.date AND (i.end_date IS NULL OR i.end_date >= s.date))""",
        start,
        end,
    )
    delivered = delivered if entitled else 0
    people = f"""SELECT COUNT(DISTINCT participant_id) FROM participants_indication WHERE {granted}
        AND start_date <= %s AND (end_date IS NULL OR end_date >= %s)"""
    return {
        "utilisation.people": number(people, end, start),
        "utilisation.delivered": delivered,
        "utilisation.entitled": float(entitled),
        "utilisation.rate": float(delivered / entitled) if entitled else None,
    }


def strands(start: date, end: date) -> dict[str, int]:
    people = """SELECT COUNT(DISTINCT participant_id) FROM participants_trajectory WHERE start_date <= %s
        AND (end_date IS NULL OR end_date >= %s)"""
    names = ("strand_social", "strand_educational", "strand_work")
    found = {name.replace("strand_", "strand."): number(f"{people} AND {name}", end, start) for name in names}
    filled = number(f"{people} AND ({' OR '.join(names)})", end, start)
    everybody = number(f"{people} AND target_group = 'ACTIVATION'", end, start)
    return found | {"strand.filled": filled, "strand.missing": everybody - filled}


RATERS = ("SELF", "COACH")
INDICATORS = "SELF_CONFIDENCE SELF_RELIANCE PARTICIPATION LIFE_SKILLS LIVING_CONDITIONS QUALITY_OF_LIFE".split()  # noqa: SIM905


def growth(start: date, end: date) -> dict[str, object]:
    """The last score in the period less the first ever, 90 days or more apart; per rater and indicator."""
    found = {}
    for rater in RATERS:
        for indicator in INDICATORS:
            scores: dict[int, list] = {}
            for who, on, points, answered in rows(
                """SELECT participant_id, taken_on, points, answered FROM impact_score
                WHERE rater = %s AND indicator = %s ORDER BY taken_on""",
                rater,
                indicator,
            ):
                scores.setdefault(who, []).append((day(on), Fraction(points, answered)))
            pairs = [(own[0], [each for each in own if start <= each[0] <= end]) for own in scores.values()]
            steps = [
                inside[-1][1] - first[1] for first, inside in pairs if inside and (inside[-1][0] - first[0]).days >= 90
            ]
            ways = {
                "up": sum(step >= Fraction(1, 2) for step in steps),
                "same": sum(abs(step) < Fraction(1, 2) for step in steps),
                "down": sum(step <= Fraction(-1, 2) for step in steps),
            }
            key, n = f"growth.{rater}.{indicator}", len(steps)
            found |= {f"{key}.n": n, f"{key}.mean": float(sum(steps) / n) if n else None}
            found |= {f"{key}.{way}": people for way, people in ways.items()}
            found |= {f"{key}.{way}_share": divided(people, n) for way, people in ways.items()}
    return found


def coverage(start: date, end: date) -> dict[str, object]:
    """Participants in the period, those who were measured, and those whose last word was no."""
    people = """SELECT COUNT(DISTINCT t.participant_id) FROM participants_trajectory t
        WHERE t.target_group <> 'SKILLED_VOLUNTEER' AND t.start_date <= %s
        AND (t.end_date IS NULL OR t.end_date >= %s)"""
    measured = f"""{people} AND EXISTS (SELECT 1 FROM impact_measurement m WHERE m.participant_id = t.participant_id
        AND m.finished_at IS NOT NULL AND m.taken_on >= %s AND m.taken_on <= %s"""
    refused = f"""{people} AND EXISTS (SELECT 1 FROM impact_measurementchoice c WHERE NOT c.takes_part
        AND c.participant_id = t.participant_id AND c.decided_on <= %s AND NOT EXISTS (
            SELECT 1 FROM impact_measurementchoice d WHERE d.participant_id = c.participant_id AND d.decided_on <= %s
            AND (d.recorded_at > c.recorded_at OR (d.recorded_at = c.recorded_at AND d.id > c.id))))"""
    whole, either = number(people, end, start), number(f"{measured})", end, start, start, end)
    found = {
        "coverage.enrolled": whole,
        "coverage.refused": number(refused, end, start, end, end),
        "coverage.measured": either,
        "coverage.rate": divided(either, whole),
    }
    for rater in RATERS:
        by = number(f"{measured} AND m.rater = %s)", end, start, start, end, rater)
        found |= {f"coverage.{rater}.measured": by, f"coverage.{rater}.rate": divided(by, whole)}
    return found


def ladder(start: date, end: date) -> dict[str, int]:
    """The last rung of everybody in the half years that the period touches, and the last one before those."""
    first, last = (2 * on.year + (on.month > 6) for on in (start, end))
    before: dict[int, int] = {}
    inside: dict[int, int] = {}
    for who, half, rung in rows(
        "SELECT participant_id, 2 * year + half - 1, rung FROM impact_ladderposition ORDER BY year, half"
    ):
        if half < first:
            before[who] = rung
        elif half <= last:
            inside[who] = rung
    moves = [inside[who] - before[who] for who in inside if who in before]
    return {
        "ladder.n": len(inside),
        **{f"ladder.{rung}": list(inside.values()).count(rung) for rung in range(1, 7)},
        "ladder.compared": len(moves),
        "ladder.up": sum(move > 0 for move in moves),
        "ladder.same": moves.count(0),
        "ladder.down": sum(move < 0 for move in moves),
    }


def outputs(start: date, end: date) -> dict[str, object]:
    """So much of every type: what was typed, or what it follows from; nothing is known before the first of it."""
    found = {}
    for kind, derived in rows("SELECT id, derived_from FROM workshops_outputtype"):
        facts = [
            (day(on), Decimal(str(amount)))
            for sql in ([typed_sql(kind)] if not derived else DERIVED[derived])
            for on, amount in rows(sql)
        ]
        began = min((on for on, _ in facts), default=None)
        if derived == "VOLUNTEER_HOURS":
            began = day(rows("SELECT MIN(registered_from) FROM workshops_workshop")[0][0])
        is_counted = began is not None and began <= end
        amounts = [amount for on, amount in facts if start <= on <= end]
        found[f"output.{kind}.quantity"] = sum(amounts, Decimal(0)) if is_counted else None
    return found


def typed_sql(kind: int) -> str:
    return f"SELECT date, quantity FROM workshops_output WHERE type_id = {int(kind)}"


# Who came to an event in a workshop that takes part in it was counted there, not once more by the workshop.
DERIVED = {
    "JOBS": ["SELECT finished_on, 1 FROM workshops_job WHERE state = 'DONE'"],
    "EVENTS": ["SELECT date, 1 FROM partners_event"],
    "VISITORS": [
        "SELECT date, visitors FROM partners_event WHERE visitors > 0",
        """SELECT s.date, s.visitors FROM workshops_session s WHERE s.state = 'PLANNED' AND s.visitors > 0
        AND NOT EXISTS (SELECT 1 FROM partners_event e JOIN workshops_workshop_collaborations c
            ON c.collaboration_id = e.collaboration_id WHERE e.date = s.date AND c.workshop_id = s.workshop_id)""",
    ],
    "NEIGHBOURS": ["SELECT date, neighbours FROM workshops_session WHERE state = 'PLANNED' AND neighbours > 0"],
    "VOLUNTEER_HOURS": [
        """SELECT s.date, 4 FROM workshops_attendance a JOIN workshops_session s ON s.id = a.session_id
        JOIN participants_trajectory t ON t.id = a.trajectory_id
        WHERE s.state = 'PLANNED' AND a.status = 'PRESENT' AND t.target_group = 'SKILLED_VOLUNTEER'"""
    ],
}


def reuse(start: date, end: date) -> dict[str, object]:
    """Kilos with a second life and what they avoid, entry by entry with the factors that held on its day."""
    kinds = {
        kind: (unit == "kg", bool(planet), bool(has_factor))
        for kind, unit, planet, has_factor in rows(
            """SELECT o.id, o.unit,
                (SELECT COUNT(*) FROM impact_contribution c JOIN impact_indicator i ON i.id = c.indicator_id
                    WHERE c.output_type_id = o.id AND i.pillar = 'PLANET' AND i.is_active),
                (SELECT COUNT(*) FROM impact_factor f WHERE f.output_type_id = o.id AND f.start_date <= %s
                    AND (f.end_date IS NULL OR f.end_date >= %s))
            FROM workshops_outputtype o WHERE o.derived_from = '' AND NOT o.is_counted_before""",
            end,
            start,
        )
    }
    kilos, avoided, weak, is_counted = Decimal(0), Decimal(0), Decimal(0), False
    for kind, on, amount in rows("SELECT type_id, date, quantity FROM workshops_output WHERE date <= %s", end):
        in_kilos, is_reuse, has_factor = kinds.get(kind, (False, False, False))
        is_counted = is_counted or is_reuse or has_factor
        if day(on) < start or not (is_reuse or has_factor):
            continue
        held = {
            name: (Decimal(str(value)), is_weak)
            for name, value, is_weak in rows(
                """SELECT kind, value, is_weak FROM impact_factor WHERE output_type_id = %s AND start_date <= %s
                AND (end_date IS NULL OR end_date >= %s)""",
                kind,
                on,
                on,
            )
        }
        weight = (Decimal(1), False) if in_kilos else held.get("WEIGHT")
        if weight is None:
            continue
        mass = Decimal(str(amount)) * weight[0]
        kilos += mass if is_reuse else 0
        if "CO2E" in held:
            avoided += mass * held["CO2E"][0]
            weak += mass * held["CO2E"][0] if held["CO2E"][1] or weight[1] else 0
    values = {"reuse.kilos": kilos, "co2e.total": avoided, "co2e.weak": weak}
    return {key: value if is_counted else None for key, value in values.items()}
