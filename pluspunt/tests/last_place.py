"""Two coordinators who take the last place of a day part at the same moment, each for somebody else."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.services.sessions import begin_session
from participants.models import Trajectory
from pluspunt.tests.factories import OpeningFactory, TrajectoryFactory, UserFactory, WorkshopFactory
from workshops.models import Opening

PLACED, TOLD = "placed", "told"


def last_places(rounds: int) -> Counter:
    """What both heard, per round: ("placed", "told") in all of them when it goes well."""
    clients = []
    for _ in range(2):
        clients.append(Client())
        clients[-1].force_login(UserFactory(role=User.Role.COORDINATOR))
        session = clients[-1].session
        begin_session(session)
        session.save()
    return Counter(tuple(sorted(_one_round(clients))) for _ in range(rounds))


def _one_round(clients: list[Client]) -> list[str]:
    start = timezone.localdate() + timedelta(days=7)
    workshop = WorkshopFactory(registered_from=timezone.localdate())
    opening = OpeningFactory(workshop=workshop, weekday=start.isoweekday(), capacity=1)
    people = [TrajectoryFactory() for _ in clients]
    barrier = Barrier(len(clients))

    def take(number: int) -> str:
        try:
            return _take(clients[number], people[number], opening, start, barrier)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(clients)) as pool:
        heard = list(pool.map(take, range(len(clients))))
    placed = workshop.placements.count()
    return heard if placed == heard.count(PLACED) else [*heard, f"{placed} placements"]


def _take(client: Client, path: Trajectory, opening: Opening, start, barrier: Barrier) -> str:
    """Says yes to the question in which nothing warned; the answer is that it is done, or a new question."""
    url = reverse("placement_add", args=[path.participant.key])
    slot = f"{opening.workshop_id}-{opening.weekday}-{opening.day_part}"
    form = {"trajectory": path.pk, "start": start, "slots": [slot]}
    question = client.post(url, {**form, "step": "check"})
    asked = "Dit gaat er gebeuren" in question.content.decode()
    barrier.wait()
    answer = client.post(url, {**form, "step": "confirm", "checked": "1"})
    if answer.status_code == 302:
        return PLACED if asked else "placed without a question"
    page = answer.content.decode()
    is_told = "Toch plaatsen" in page and "1 van 1 plaatsen zijn bezet" in page and "net iets veranderd" in page
    return TOLD if is_told else f"answer {answer.status_code}"
