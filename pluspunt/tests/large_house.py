"""A house a thousand times as large as ours, made inside PostgreSQL: people, paths, registers, measurements, outputs.

What happens to whom follows from their number (`chance`), so that every run makes the same house.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.db import connection

PEOPLE_PER_WORKSHOP = 100
# People of one year have numbers of their own: nothing of another year belongs to them.
NUMBERS_PER_YEAR = 1_000_000
FIRST_YEAR = 2015

# 0 to 999, always the same for the same number; the first word tells what it is about.
CHANCE = """CREATE OR REPLACE FUNCTION chance(about int, number bigint) RETURNS int IMMUTABLE PARALLEL SAFE LANGUAGE sql
    AS 'SELECT ((hashint8extended(number, about) & 9223372036854775807) % 1000)::int'"""

HOUSE = """
    INSERT INTO accounts_user (password, is_superuser, email, name, role, is_active, date_joined)
        VALUES ('!', false, 'coach@groot.test', 'Coach', 'COACH', true, now());
    INSERT INTO partners_organisation (name, kind, place, notes) SELECT 'Partner ' || n, 'OTHER', '', ''
        FROM generate_series(1, 20) n;
    INSERT INTO workshops_location (name, address) SELECT 'Locatie ' || n, '' FROM generate_series(1, 10) n;
    INSERT INTO workshops_workshop (name, discipline, registered_from, location_id, host_id)
        SELECT 'Werkplaats ' || n, (ARRAY['BIKE','WOOD','STEEL','KITCHEN','ART','FOOD'])[1 + n % 6], '{first}-01-01',
            (SELECT min(id) FROM workshops_location) + n % 10,
            CASE WHEN n % 10 = 0 THEN (SELECT min(id) FROM partners_organisation) + n / 10 % 20 END
        FROM generate_series(1, {workshops}) n;
"""

PEOPLE = """
    INSERT INTO participants_participant (id, key, nickname, prefix, surname, birth_date, gender, postcode, phone,
            email, emergency_contact, attention, search_name, sort_name)
        SELECT p, 'k' || p, 'Roepnaam', '', 'Naam ' || p, '1980-01-01', 'UNKNOWN', '', '', '', '', '',
            'roepnaam naam ' || p, 'naam ' || p
        FROM generate_series({base} + 1, {base} + {people}) p;

    -- First paths: two thirds began before the main year, a third ends in the year; other years keep to themselves.
    INSERT INTO participants_trajectory (id, participant_id, target_group, start_date, end_date, strand_social,
            strand_educational, strand_work, destination)
        SELECT 2 * p, p, target_group, start_date, end_date,
            is_active AND chance(4, p) < 400, is_active AND chance(5, p) < 200, is_active AND chance(6, p) < 500,
            CASE WHEN end_date IS NULL OR chance(7, p) < 100 THEN ''
                ELSE (ARRAY['PAID_WORK','SUPPORTED_WORK','EDUCATION','VOLUNTEERING_HERE','OTHER_PROVIDER','MOVED',
                    'TREATMENT','GOALS_REACHED','NO_FOLLOW_UP','DECEASED'])[1 + chance(8, p) % 10] END
        FROM (SELECT *, target_group = 'ACTIVATION' AS is_active, CASE WHEN {is_other} OR chance(3, p) < 300
                THEN start_date + 20 + (chance(9, p) * (('{last}'::date - start_date) - 20) / 1000) END AS end_date
            FROM (SELECT p, CASE WHEN chance(1, p) < 450 THEN 'SOCIAL_DAY_CARE' WHEN chance(1, p) < 900
                    THEN 'ACTIVATION' ELSE 'SKILLED_VOLUNTEER' END AS target_group,
                CASE WHEN {is_other} THEN '{year}-01-01'::date + chance(2, p) % 200 WHEN chance(2, p) < 650
                    THEN '{year}-01-01'::date - 1 - chance(10, p) % 700
                    ELSE '{year}-01-01'::date + chance(10, p) % 320 END AS start_date
                FROM generate_series({base} + 1, {base} + {people}) p) AS begun) AS paths;

    -- Half of those who stopped went on: in the same group, or further.
    INSERT INTO participants_trajectory (id, participant_id, target_group, start_date, end_date, strand_social,
            strand_educational, strand_work, destination, moved_from_id)
        SELECT id + 1, participant_id, next_group, end_date + 1 + chance(11, id) % 60,
            CASE WHEN {is_other} THEN '{year}-12-31'::date END, false, false, false, '',
            CASE WHEN next_group <> target_group THEN id END
        FROM (SELECT *, CASE WHEN target_group = 'SKILLED_VOLUNTEER' OR chance(12, id) < 500 THEN target_group
                WHEN target_group = 'ACTIVATION' THEN 'SKILLED_VOLUNTEER' ELSE 'ACTIVATION' END AS next_group
            FROM participants_trajectory WHERE end_date < '{year}-11-01') AS stopped
        WHERE chance(13, id) < 500 AND id BETWEEN 2 * {base} AND 2 * ({base} + {people});

    -- Some day parts a week, each on a day of its own; the later ones begin after two months.
    INSERT INTO workshops_placement (trajectory_id, participant_id, workshop_id, weekday, day_part, start_date,
            end_date)
        SELECT id, participant_id, (SELECT min(id) FROM workshops_workshop)
                + (chance(20 + k, participant_id) + 1000 * chance(30 + k, participant_id)) % {workshops},
            1 + slot / 2, (ARRAY['MORNING','AFTERNOON'])[1 + slot % 2], begins, end_date
        FROM (SELECT t.*, k, (chance(14, participant_id) + (ARRAY[0,3,6,9,2,5])[k]) % 10 AS slot,
                start_date + CASE WHEN k > 4 THEN 60 ELSE 0 END AS begins
            FROM participants_trajectory t, generate_series(1, 6) k
            WHERE (k < 6 OR chance(19, participant_id) < 215)
                AND id BETWEEN 2 * {base} AND 2 * ({base} + {people}) + 1) AS slots
        WHERE begins <= coalesce(end_date, begins);

    INSERT INTO participants_application (applied_on, referrer, referrer_name, target_group, wish, state, decided_on,
            reason, participant_id, trajectory_id)
        SELECT start_date - chance(15 + n, id) % 120, 'SELF', '', target_group, '', 'STARTED', start_date, '',
            participant_id, id
        FROM participants_trajectory, generate_series(1, 2) n
        WHERE id BETWEEN 2 * {base} AND 2 * ({base} + {people}) + 1 AND (n = 1 OR chance(18, id) < 150);

    INSERT INTO participants_indication (participant_id, start_date, end_date, scheme, municipality_code,
            product_category, volume, unit, frequency, decision_number, remarks)
        SELECT p, start_date, CASE WHEN {is_other} THEN least('{year}-12-31'::date, start_date + 200)
                ELSE start_date + 200 + chance(40, p) END, 'WMO', '0599', '07', 2 + chance(41, p) % 5, '16',
            (ARRAY['2','2','2','4','6'])[1 + chance(42, p) % 5], '', ''
        FROM (SELECT p, '{year}-01-01'::date + chance(43, p) % 300 - CASE WHEN {is_other} THEN 0 ELSE 200 END
            AS start_date FROM generate_series({base} + 1, {base} + {people}) p WHERE chance(44, p) < 600) AS granted;
"""

# Every workshop is open every morning and afternoon of working days.
SESSIONS = """
    INSERT INTO workshops_session (workshop_id, location_id, date, day_part, capacity, state, cancel_reason, neighbours,
            visitors)
        SELECT w.id, w.location_id, day, part, 30 + chance(50, w.id) % 30,
            CASE WHEN is_closed THEN 'CLOSED' WHEN is_off THEN 'CANCELLED' ELSE 'PLANNED' END,
            CASE WHEN is_off AND NOT is_closed THEN 'storm' ELSE '' END,
            CASE WHEN chance(51, number) < 100 THEN chance(52, number) % 9 ELSE 0 END,
            CASE WHEN chance(53, number) < 100 THEN chance(54, number) % 9 ELSE 0 END
        FROM (SELECT day::date AS day, part, w.id, w.location_id, day::date - '2000-01-01'::date AS since
            FROM generate_series('{year}-01-01'::date, '{year}-12-31'::date, '1 day') day,
                unnest(ARRAY['MORNING','AFTERNOON']) part, workshops_workshop w
            WHERE extract(isodow FROM day) < 6 ORDER BY day, part DESC, w.id) AS w,
            LATERAL (SELECT 100000::bigint * since + 2 * w.id + length(part) % 2 AS number) AS n,
            LATERAL (SELECT chance(55, since) < 20 AS is_closed, chance(56, number) < 30 AS is_off) AS s;
"""

# Of one month, in the order of the sessions, as registers are made. Of closed days a few rows were recorded before.
ATTENDANCE = """
    INSERT INTO workshops_attendance (session_id, trajectory_id, participant_id, workshop_id, date, day_part, planned,
            status, recorded_at)
        SELECT s.id, p.trajectory_id, p.participant_id, s.workshop_id, s.date, s.day_part, lot % 100 < 97,
            CASE WHEN lot % 100 >= 97 OR lot < 75000 THEN 'PRESENT' WHEN lot < 89000 THEN 'EXCUSED'
                WHEN lot < 96000 THEN 'NO_SHOW' ELSE 'OPEN' END,
            CASE WHEN lot % 100 >= 97 OR lot < 96000 THEN s.date::timestamptz END
        FROM workshops_session s JOIN workshops_placement p ON p.workshop_id = s.workshop_id
                AND p.day_part = s.day_part AND p.weekday = extract(isodow FROM s.date)
                AND s.date BETWEEN p.start_date AND coalesce(p.end_date, 'infinity'),
            LATERAL (SELECT (hashint8extended(s.id * 4000000 + p.id, 60) & 1152921504606846975) % 100000 AS lot) AS l
        WHERE s.date >= '{month}' AND s.date < '{month}'::date + interval '1 month'
            AND (s.state <> 'CLOSED' OR lot < 5000) AND p.participant_id BETWEEN {base} AND {base} + {people}
        ORDER BY s.id, p.id
"""

MEASURED = """
    INSERT INTO impact_measurementchoice (takes_part, decided_on, recorded_at, participant_id, recorded_by_id, text_id)
        SELECT chance(70, p) < 900, '{year}-01-01', now(), p, (SELECT min(id) FROM accounts_user),
            (SELECT min(id) FROM participants_consenttext)
        FROM generate_series({base} + 1, {base} + {people}) p WHERE chance(71, p) < 400;
    INSERT INTO impact_measurement (id, moment, rater, taken_on, started_at, finished_at, participant_id, taken_by_id,
            trajectory_id)
        SELECT 6 * p + n, CASE n % 3 WHEN 0 THEN 'BASELINE' ELSE 'PERIODIC' END,
            CASE WHEN n < 3 THEN 'SELF' ELSE 'COACH' END,
            '{year}-01-05'::date + chance(72, p) % 90 + 120 * (n % 3), now(), now(), p,
            (SELECT min(id) FROM accounts_user), 2 * p
        FROM generate_series({base} + 1, {base} + {people}) p, generate_series(0, 5) n WHERE chance(71, p) < 250;
    INSERT INTO impact_score (measurement_id, participant_id, rater, taken_on, indicator, points, answered, asked,
            grown, grown_of, next_on)
        SELECT measurement_id, participant_id, rater, taken_on, indicator, points, answered, 3,
            CASE WHEN taken_on - first_on >= 90 THEN points * first_of - first * answered END,
            CASE WHEN taken_on - first_on >= 90 THEN answered * first_of END, next_on
        FROM (SELECT *, first_value(points) OVER own AS first, first_value(answered) OVER own AS first_of,
                first_value(taken_on) OVER own AS first_on, lead(taken_on) OVER own AS next_on
            FROM (SELECT id AS measurement_id, participant_id, rater, taken_on, indicator, answered,
                    answered + chance(73, 10 * id + k) % (4 * answered + 1) AS points
                FROM impact_measurement m, unnest(ARRAY['SELF_CONFIDENCE','SELF_RELIANCE','PARTICIPATION','LIFE_SKILLS',
                    'LIVING_CONDITIONS','QUALITY_OF_LIFE']) WITH ORDINALITY AS i (indicator, k),
                    LATERAL (SELECT 2 + chance(74, 10 * id + k) % 2 AS answered) AS a
                WHERE participant_id BETWEEN {base} + 1 AND {base} + {people}) AS scores
            WINDOW own AS (PARTITION BY participant_id, rater, indicator ORDER BY taken_on)) AS grown;
    INSERT INTO impact_ladderposition (year, half, rung, recorded_on, participant_id, recorded_by_id)
        SELECT {year} - n / 2, 2 - n % 2, 1 + chance(75 + n, p) % 6, '{year}-12-31', p,
            (SELECT min(id) FROM accounts_user)
        FROM generate_series({base} + 1, {base} + {people}) p, generate_series(0, 3) n WHERE chance(80, p) < 600;
    INSERT INTO workshops_output (quantity, source, date, key, recorded_at, recorded_by_id, workshop_id, type_id)
        SELECT 1 + chance(81, w.id * 400 + since) % 40, 'COUNTED', '{year}-01-01'::date + since, gen_random_uuid(),
            now(), (SELECT min(id) FROM accounts_user), w.id, t.id
        FROM generate_series(0, 363, 7) since, workshops_workshop w, workshops_outputtype t
        WHERE t.derived_from = '' AND (w.id + t.id) % 4 = 0 AND chance(82, w.id * 400 + since) < {share_of_house};
"""


def build_house(people: int) -> None:
    """Workshops, locations and partners for so many people, with a register since long ago."""
    _run(CHANCE)
    _run(HOUSE.format(workshops=max(10, people // PEOPLE_PER_WORKSHOP), first=FIRST_YEAR))


def add_year(year: int, people: int, *, of_house: int, is_other: bool) -> int:
    """The year of so many people, in a house for `of_house`; how many rows of attendance that makes.

    Of another year nobody is there before it or after it, so that no figure of the main year changes.
    """
    base = (year - FIRST_YEAR) * NUMBERS_PER_YEAR
    words = {
        "year": year,
        "base": base,
        "people": people,
        "workshops": max(10, of_house // PEOPLE_PER_WORKSHOP),
        "is_other": "true" if is_other else "false",
        "last": f"{year}-10-31" if is_other else f"{year}-12-20",
        "share_of_house": 1000 * people // of_house,
    }
    _run(PEOPLE.format(**words))
    _run(SESSIONS.format(**words))
    _run(MEASURED.format(**words))
    _run("ANALYZE")
    return sum(_run(ATTENDANCE.format(month=date(year, month, 1), **words)) for month in range(1, 13))


@contextmanager
def without_indexes(table: str) -> Iterator[None]:
    """Makes the indexes of `table` afterwards, all at once, which is faster than row by row."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid), c.conname, pg_get_constraintdef(c.oid)"
            " FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.conrelid = i.indrelid"
            " WHERE i.indrelid = %s::regclass AND NOT i.indisprimary",
            [table],
        )
        found = cursor.fetchall()
    for index, _, constraint, _ in found:
        _run(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}" if constraint else f"DROP INDEX {index}")
    yield
    for _, definition, constraint, rule in found:
        _run(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} {rule}" if constraint else definition)


def connect_to(database: str) -> None:
    """From here on everything is asked of this database of the same server."""
    connection.close()
    connection.settings_dict["NAME"] = database
    connection.ensure_connection()


def copy_database(name: str, copy: str) -> None:
    """A second database like the first, which is connected to from here on."""
    connect_to("template1")
    _run(f"CREATE DATABASE {copy} TEMPLATE {name} STRATEGY file_copy")
    connect_to(copy)


def tidy() -> None:
    """What PostgreSQL's own caretaker does after so many new rows."""
    _run("VACUUM ANALYZE")


def _run(sql: str) -> int:
    with connection.cursor() as cursor:
        # Foreign keys are right by how this is made; to look each of them up would take hours.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql)
        return cursor.rowcount
