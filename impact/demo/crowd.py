"""Thousands of invented people at once, to measure with: a demo of that size takes minutes, this takes seconds."""

from datetime import date, timedelta
from random import Random

from participants.models import Application, District, Indication, Participant, Pause, Trajectory
from workshops.models import DayPart, Location, Opening, Placement, Workshop
from workshops.services.sessions import ensure_sessions, reconcile_sessions

_BATCH = 1000
# Whole days before today on which a path that ended began, and how long it lasted.
_LONG_AGO, _LASTED = 2500, 800


def add_crowd(count: int, today: date, chance: Random) -> None:
    """Add `count` people with the names of those who are there, six in ten of them running, without registers.

    Each has a path; those who run have two or three placements and mostly an indication; some are on trial, paused,
    to come or waiting for a place. Rows are made in bulk, so without history.
    """
    names, districts, workshops = _names(), list(District.objects.all()), list(Workshop.objects.order_by("pk"))
    people = [_person(names, districts, chance) for _ in range(count)]
    Participant.objects.bulk_create(people, batch_size=_BATCH)
    paths = [_path(person, today, chance) for person in people]
    waiting = [person for person, path in zip(people, paths, strict=True) if path is None]
    paths = Trajectory.objects.bulk_create([path for path in paths if path], batch_size=_BATCH)
    running = [path for path in paths if path.runs_on(today)]
    Pause.objects.bulk_create(
        [Pause(trajectory=path, start_date=today) for path in chance.sample(running, len(running) // 20)]
    )
    Placement.objects.bulk_create([row for path in paths for row in _placements(path, workshops, chance)], _BATCH)
    Indication.objects.bulk_create(
        [_indication(path, today, chance) for path in paths if not path.is_volunteer], batch_size=_BATCH
    )
    Application.objects.bulk_create(
        [
            Application(
                participant=person,
                applied_on=today - timedelta(days=chance.randrange(90)),
                referrer=Application.Referrer.SELF,
                target_group=Trajectory.TargetGroup.ACTIVATION,
            )
            for person in waiting
        ]
    )


def add_house(people: int, workshops: int, today: date, chance: Random) -> None:
    """Bring the house to so many running `people` in so many `workshops`, with the registers of this week."""
    monday = today - timedelta(days=today.weekday())
    locations, names = list(Location.objects.all()), _names()
    more = workshops - Workshop.objects.count()
    Workshop.objects.bulk_create(
        Workshop(name=f"Werkplaats {n}", location=chance.choice(locations), registered_from=monday) for n in range(more)
    )
    new = list(Workshop.objects.filter(openings__isnull=True))
    slots = [(weekday, part) for weekday in range(1, 6) for part in DayPart.values]
    Opening.objects.bulk_create(
        Opening(workshop=workshop, weekday=weekday, day_part=part, capacity=10, start_date=monday)
        for workshop in new
        for weekday, part in slots
    )
    running = Participant.objects.filter(trajectories__in=Trajectory.objects.on(today)).distinct().count()
    added = Participant.objects.bulk_create(
        [_person(names, [None], chance) for _ in range(people - running)], batch_size=_BATCH
    )
    group = Trajectory.TargetGroup.ACTIVATION
    paths = Trajectory.objects.bulk_create(
        [Trajectory(participant=person, target_group=group, start_date=monday) for person in added], batch_size=_BATCH
    )
    everywhere = list(Workshop.objects.order_by("pk"))
    Placement.objects.bulk_create([row for path in paths for row in _placements(path, everywhere, chance)], _BATCH)
    ensure_sessions(monday + timedelta(weeks=1))
    reconcile_sessions(Workshop.objects.filter(registered_from__lt=monday), monday, monday + timedelta(days=6))


def _names() -> list[tuple]:
    return list(Participant.objects.order_by("pk").values_list("nickname", "prefix", "surname"))


def _person(names: list[tuple], districts: list[District], chance: Random) -> Participant:
    (nickname, _, _), (_, prefix, surname) = chance.choice(names), chance.choice(names)
    return Participant(
        nickname=nickname,
        prefix=prefix,
        surname=surname,
        birth_date=date(chance.randrange(1955, 2006), chance.randrange(1, 13), chance.randrange(1, 29)),
        district=chance.choice(districts),
    )


def _path(person: Participant, today: date, chance: Random) -> Trajectory | None:
    """Six in ten run, a few are still to come or wait without a path, the others ended."""
    group = chance.choices(Trajectory.TargetGroup.values, weights=[60, 28, 12])[0]
    kind = chance.choices(["runs", "coming", "waits", "ended"], weights=[60, 2, 2, 36])[0]
    if kind == "waits":
        return None
    if kind == "coming":
        return Trajectory(participant=person, target_group=group, start_date=today + timedelta(days=7))
    start = today - timedelta(days=chance.randrange(1, _LONG_AGO))
    if kind == "ended":
        end = min(start + timedelta(days=chance.randrange(_LASTED)), today - timedelta(days=1))
        return Trajectory(participant=person, target_group=group, start_date=start, end_date=end)
    trial = today + timedelta(weeks=2) if chance.random() < 0.05 else None
    return Trajectory(participant=person, target_group=group, start_date=start, trial_until=trial)


def _placements(path: Trajectory, workshops: list[Workshop], chance: Random) -> list[Placement]:
    period = {"start_date": path.start_date, "end_date": path.end_date}
    return [
        Placement(
            trajectory=path,
            participant_id=path.participant_id,
            workshop=chance.choice(workshops),
            weekday=weekday,
            day_part=chance.choice(DayPart.values),
            **period,
        )
        for weekday in chance.sample(range(1, 6), chance.choices([0, 2, 3], weights=[5, 60, 35])[0])
    ]


def _indication(path: Trajectory, today: date, chance: Random) -> Indication:
    """Of those who run, about one in ten runs out within two months."""
    end = path.end_date or today + timedelta(days=chance.randrange(-10, 730))
    return Indication(
        participant_id=path.participant_id,
        start_date=min(path.start_date, end),
        end_date=end,
        volume=chance.randrange(2, 5),
    )
