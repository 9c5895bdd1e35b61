# ruff: noqa: S608 (put together from words of this file, without anything from outside)
"""The figures of a year as somebody would ask them of PostgreSQL by hand, with everything it has to be fast.

To compare the time of ours with (bin/drill figures). The recount in the tests of `impact` is written to be plain
instead, and works on every database.
"""

from collections import Counter
from fractions import Fraction

from django.db import connection

from pluspunt.periods import Period

COLUMNS = ("planned", "attended", "excused", "no_show", "open", "extra", "cancelled")
SLOTS = """FROM workshops_attendance a
    JOIN workshops_session s ON s.id = a.session_id AND s.date BETWEEN %(start)s AND %(end)s
    JOIN participants_trajectory t ON t.id = a.trajectory_id
        AND t.start_date <= %(end)s AND (t.end_date IS NULL OR t.end_date >= %(start)s)
    WHERE a.date BETWEEN %(start)s AND %(end)s"""
PARTICIPANTS = f"{SLOTS} AND t.target_group <> 'SKILLED_VOLUNTEER'"
WENT_ON = "s.state = 'PLANNED' AND (a.planned OR a.status = 'PRESENT')"
SESSIONS = "FROM workshops_session WHERE date BETWEEN %(start)s AND %(end)s AND state = 'PLANNED'"
# Rows of one person with at most 28 days between them are one stay.
STAYS = """WITH rows AS (
        SELECT id, participant_id, target_group, start_date, destination, coalesce(end_date, 'infinity') AS end_date,
            max(coalesce(end_date, 'infinity')) OVER (PARTITION BY {whose} ORDER BY start_date, id
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS until
        FROM participants_trajectory WHERE start_date <= %(end)s + 28),
    parted AS (SELECT *, count(*) FILTER (WHERE until IS NULL OR until + 28 < start_date)
        OVER (PARTITION BY {whose} ORDER BY start_date, id) AS stay FROM rows),
    stays AS (SELECT {whose}, stay, min(start_date) AS start_date, max(end_date) AS end_date,
        (array_agg(destination ORDER BY end_date DESC, id DESC))[1] AS destination
        FROM parted GROUP BY {whose}, stay)"""
OVERLAPS = "start_date <= %(end)s AND (end_date IS NULL OR end_date >= %(start)s)"


def rows(sql: str, period: Period, **also) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"start": period.start, "end": period.end, **also})
        return cursor.fetchall()


def tally(by: str, slots: str, period: Period) -> dict[object, dict[str, int]]:
    """The columns of a line of slots per value of `by`."""
    found: dict[object, Counter] = {}
    for key, state, planned, status, number in rows(
        f"SELECT {by}, s.state, a.planned, a.status, count(*) {slots} GROUP BY 1, 2, 3, 4", period
    ):
        line = found.setdefault(key, Counter())
        if state == "PLANNED" and planned:
            name = "attended" if status == "PRESENT" else status.lower()
            line.update({"planned": number, name: number})
        elif state == "PLANNED" and status == "PRESENT":
            line["extra"] += number
        elif state == "CANCELLED" and planned:
            line["cancelled"] += number
    return {key: {name: line[name] for name in COLUMNS} for key, line in found.items()}


def people(by: str, slots: str, period: Period) -> dict[object, int]:
    """Distinct people per value of `by`; counting what is distinct twice is faster than COUNT(DISTINCT)."""
    of_each = f"SELECT DISTINCT {by} AS whose, a.participant_id {slots}"
    return dict(rows(f"SELECT whose, count(*) FROM ({of_each}) AS found GROUP BY 1", period))


# --- Slots --------------------------------------------------------------------------------------------------------


def groups(period: Period) -> dict:
    came = people("t.target_group", f"{SLOTS} AND s.state = 'PLANNED' AND a.status = 'PRESENT'", period)
    found = tally("t.target_group", SLOTS, period)
    return {"capacity": rows(f"SELECT sum(capacity) {SESSIONS}", period)[0][0]} | {
        group: line | {"reached": came[group]} for group, line in found.items()
    }


def workshops(period: Period) -> dict:
    found = tally("a.workshop_id", PARTICIPANTS, period)
    places = dict(rows(f"SELECT workshop_id, sum(capacity) {SESSIONS} GROUP BY 1", period))
    came = people("a.workshop_id", f"{PARTICIPANTS} AND {WENT_ON}", period)
    return {key: line | {"capacity": places[key], "people": came[key]} for key, line in found.items()}


def months(period: Period) -> dict:
    month = "date_trunc('month', {}date)::date"
    found = tally(month.format("a."), PARTICIPANTS, period)
    places = dict(rows(f"SELECT {month.format('')}, sum(capacity) {SESSIONS} GROUP BY 1", period))
    came = people(month.format("a."), f"{PARTICIPANTS} AND {WENT_ON}", period)
    return {(key.year, key.month): line | {"capacity": places[key], "people": came[key]} for key, line in found.items()}


def reached(period: Period) -> tuple:
    came = f"SELECT DISTINCT a.participant_id {SLOTS} AND s.state = 'PLANNED' AND a.status = 'PRESENT'"
    took_part = f"SELECT DISTINCT a.participant_id {PARTICIPANTS} AND {WENT_ON}"
    return tuple(rows(f"SELECT count(*) FROM ({sql}) AS people", period)[0][0] for sql in (came, took_part))


# --- People -------------------------------------------------------------------------------------------------------


def flow(period: Period) -> dict:
    stock = "count(DISTINCT participant_id) FILTER (WHERE start_date {} %(start)s AND end_date >= %(start)s)"
    counts = f"""{stock.format("<")}, count(*) FILTER (WHERE start_date BETWEEN %(start)s AND %(end)s),
        count(*) FILTER (WHERE end_date BETWEEN %(start)s AND %(end)s),
        count(DISTINCT participant_id) FILTER (WHERE start_date <= %(end)s AND end_date > %(end)s)"""
    per_group = (
        f"{STAYS.format(whose='participant_id, target_group')} SELECT target_group, {counts} FROM stays GROUP BY 1"
    )
    house = f"{STAYS.format(whose='participant_id')} SELECT 'house', {counts} FROM stays"
    enrolled = f"SELECT target_group, count(DISTINCT participant_id) FROM participants_trajectory WHERE {OVERLAPS}"
    there = dict(rows(f"{enrolled} GROUP BY GROUPING SETS ((target_group), ())", period))
    return {
        key: (*found, there[None if key == "house" else key])
        for key, *found in (*rows(per_group, period), *rows(house, period))
    }


def gone(period: Period) -> dict:
    left = "SELECT destination, count(*) FROM stays WHERE end_date BETWEEN %(start)s AND %(end)s GROUP BY 1"
    return dict(rows(f"{STAYS.format(whose='participant_id')} {left}", period))


def flow_through(period: Period) -> tuple:
    partner = """SELECT p.trajectory_id FROM workshops_placement p JOIN workshops_workshop w ON w.id = p.workshop_id
        WHERE w.host_id IS NOT NULL AND p.start_date BETWEEN %(start)s AND %(end)s AND EXISTS (
            SELECT 1 FROM workshops_placement o JOIN workshops_workshop v ON v.id = o.workshop_id
            WHERE o.participant_id = p.participant_id AND o.start_date < p.start_date AND v.host_id IS NULL)
        AND NOT EXISTS (
            SELECT 1 FROM workshops_placement o JOIN workshops_workshop v ON v.id = o.workshop_id
            WHERE o.participant_id = p.participant_id AND o.start_date < p.start_date AND v.host_id IS NOT NULL)"""
    return rows(
        f"""WITH lower AS (SELECT participant_id, end_date <= %(end)s AND id IN (
                    SELECT moved_from_id FROM participants_trajectory WHERE moved_from_id IS NOT NULL) AS between,
                id IN ({partner}) AS to_partner
            FROM participants_trajectory WHERE target_group <> 'SKILLED_VOLUNTEER' AND {OVERLAPS})
        SELECT count(DISTINCT participant_id) FILTER (WHERE between OR to_partner), count(DISTINCT participant_id),
            count(DISTINCT participant_id) FILTER (WHERE between),
            count(DISTINCT participant_id) FILTER (WHERE to_partner) FROM lower""",
        period,
    )[0]


def retention(period: Period) -> dict:
    return {
        months: rows(
            f"""{STAYS.format(whose="participant_id")}, cohort AS (
                SELECT participant_id, (start_date + make_interval(months => {months}))::date AS on_day FROM stays
                WHERE start_date BETWEEN %(start)s::date - 400 AND %(end)s)
            SELECT count(s.participant_id), count(*)
            FROM cohort c LEFT JOIN stays s ON s.participant_id = c.participant_id
                AND c.on_day BETWEEN s.start_date AND s.end_date
            WHERE on_day BETWEEN %(start)s AND %(end)s""",
            period,
        )[0]
        for months in (3, 6, 12)
    }


def waiting(period: Period) -> tuple:
    return rows(
        f"""SELECT count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY came - asked) FROM (
            SELECT asked, (SELECT a.date FROM workshops_attendance a JOIN workshops_session s ON s.id = a.session_id
                WHERE a.trajectory_id = t.id AND a.status = 'PRESENT' AND s.state = 'PLANNED'
                ORDER BY a.date LIMIT 1) AS came
            FROM participants_trajectory t JOIN (SELECT trajectory_id, min(applied_on) AS asked
                FROM participants_application GROUP BY 1) AS first ON first.trajectory_id = t.id
            WHERE {OVERLAPS} OFFSET 0) AS known  -- asked once for each
        WHERE came BETWEEN %(start)s AND %(end)s AND came >= asked""",
        period,
    )[0]


def utilisation(period: Period) -> tuple:
    granted = "product_category = '07' AND unit = '16' AND NOT (frequency = '6' AND end_date IS NULL)"
    entitled = rows(
        f"""WITH granted AS (SELECT frequency, volume, end_date - start_date + 1 AS days,
                greatest(start_date, %(start)s) AS first, least(coalesce(end_date, %(end)s), %(end)s) AS last
            FROM participants_indication WHERE {granted} AND {OVERLAPS})
        SELECT 7, sum(volume * (last - first + 1)) FROM granted WHERE frequency = '2'
        UNION ALL SELECT days, sum(volume * (last - first + 1)) FROM granted WHERE frequency = '6' GROUP BY 1
        UNION ALL SELECT month_end - month::date + 1,
                sum(volume * greatest(0, least(last, month_end) - greatest(first, month::date) + 1))
            FROM generate_series(date_trunc('month', %(start)s::timestamp), %(end)s, '1 month') month,
                LATERAL (SELECT (month + interval '1 month')::date - 1 AS month_end) AS m, granted
            WHERE frequency = '4' GROUP BY month_end, month""",
        period,
    )
    delivered = rows(
        f"""SELECT count(*) {PARTICIPANTS} AND s.state = 'PLANNED' AND a.status = 'PRESENT' AND EXISTS (
            SELECT 1 FROM participants_indication i WHERE i.participant_id = a.participant_id AND {granted}
            AND i.start_date <= a.date AND (i.end_date IS NULL OR i.end_date >= a.date))""".replace(
            "AND NOT (frequency = '6' AND end_date IS NULL)", "AND NOT (i.frequency = '6' AND i.end_date IS NULL)"
        ),
        period,
    )[0][0]
    return delivered, sum(Fraction(int(days), share) for share, days in entitled if days)


def strands(period: Period) -> tuple:
    names = ("strand_social", "strand_educational", "strand_work")
    counts = ", ".join(f"count(DISTINCT participant_id) FILTER (WHERE {name})" for name in names)
    return rows(
        f"""SELECT {counts}, count(DISTINCT participant_id) FILTER (WHERE {" OR ".join(names)}),
            count(DISTINCT participant_id) FILTER (WHERE target_group = 'ACTIVATION'), count(DISTINCT participant_id)
        FROM participants_trajectory WHERE {OVERLAPS}""",
        period,
    )[0]


# --- Measured and counted -----------------------------------------------------------------------------------------


def growth(period: Period) -> dict:
    """Without the columns that are kept for it: the first score ever, and the last in the period."""
    found: dict[tuple, list] = {}
    for rater, indicator, of, n, total, up, down in rows(
        """WITH last AS (SELECT DISTINCT ON (participant_id, rater, indicator) participant_id, rater, indicator,
                taken_on, points, answered FROM impact_score WHERE taken_on BETWEEN %(start)s AND %(end)s
                ORDER BY participant_id, rater, indicator, taken_on DESC),
            steps AS (SELECT l.rater, l.indicator, l.answered * f.answered AS of,
                l.points * f.answered - f.points * l.answered AS step
                FROM last l, LATERAL (SELECT taken_on, points, answered FROM impact_score f
                    WHERE f.participant_id = l.participant_id AND f.rater = l.rater AND f.indicator = l.indicator
                    ORDER BY taken_on LIMIT 1) AS f WHERE l.taken_on - f.taken_on >= 90)
        SELECT rater, indicator, of, count(*), sum(step), count(*) FILTER (WHERE 2 * step >= of),
            count(*) FILTER (WHERE 2 * step <= -of) FROM steps GROUP BY 1, 2, 3""",
        period,
    ):
        line = found.setdefault((rater, indicator), [0, Fraction(0), 0, 0])
        for place, value in enumerate((n, Fraction(total, of), up, down)):
            line[place] += value
    return {key: tuple(line) for key, line in found.items()}


def coverage(period: Period) -> tuple:
    return rows(
        f"""WITH people AS (SELECT DISTINCT participant_id AS id FROM participants_trajectory
                WHERE target_group <> 'SKILLED_VOLUNTEER' AND {OVERLAPS}),
            measured AS (SELECT participant_id, bool_or(rater = 'SELF') AS self, bool_or(rater = 'COACH') AS coach
                FROM impact_measurement WHERE finished_at IS NOT NULL AND taken_on BETWEEN %(start)s AND %(end)s
                GROUP BY 1),
            choices AS (SELECT DISTINCT ON (participant_id) participant_id, takes_part FROM impact_measurementchoice
                WHERE decided_on <= %(end)s ORDER BY participant_id, recorded_at DESC, id DESC)
        SELECT count(*), count(*) FILTER (WHERE NOT takes_part), count(m.participant_id), count(*) FILTER (WHERE self),
            count(*) FILTER (WHERE coach)
        FROM people p LEFT JOIN measured m ON m.participant_id = p.id LEFT JOIN choices c ON c.participant_id = p.id""",
        period,
    )[0]


def ladder(period: Period) -> dict:
    """Of a whole year."""
    found = rows(
        """WITH now AS (SELECT DISTINCT ON (participant_id) participant_id, rung FROM impact_ladderposition
                WHERE year = %(year)s ORDER BY participant_id, half DESC),
            before AS (SELECT DISTINCT ON (participant_id) participant_id, rung FROM impact_ladderposition
                WHERE year < %(year)s ORDER BY participant_id, year DESC, half DESC)
        SELECT n.rung, count(*), count(b.rung), count(*) FILTER (WHERE b.rung < n.rung),
            count(*) FILTER (WHERE b.rung > n.rung)
        FROM now n LEFT JOIN before b USING (participant_id) GROUP BY 1""",
        period,
        year=period.start.year,
    )
    return {"rungs": {rung: people for rung, people, *_ in found}} | {
        name: sum(row[place] for row in found) for place, name in enumerate(("compared", "up", "down"), 2)
    }


def outputs(period: Period) -> dict:
    """What was typed, and what follows from sessions."""
    typed = rows(
        "SELECT type_id, sum(quantity) FROM workshops_output WHERE date BETWEEN %(start)s AND %(end)s GROUP BY 1",
        period,
    )
    heads = rows(f"SELECT sum(neighbours), sum(visitors) {SESSIONS} AND (neighbours > 0 OR visitors > 0)", period)[0]
    hours = rows(
        f"SELECT 4 * count(*) {SLOTS} AND s.state = 'PLANNED' AND a.status = 'PRESENT'"
        " AND t.target_group = 'SKILLED_VOLUNTEER'",
        period,
    )[0][0]
    return dict(typed) | {"NEIGHBOURS": heads[0], "VISITORS": heads[1], "VOLUNTEER_HOURS": hours}
