"""The smallest good row of each model; a test names only what it is about."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from accounts.models import User
from participants.models import Indication, Participant, Practitioner, Trajectory
from partners.models import Organisation
from workshops.models import DayPart, Location, Opening, Placement, Session, Workshop

LONG_AGO = date(2024, 1, 1)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"medewerker{n}@pluspunt.test")
    name = factory.Sequence(lambda n: f"Medewerker {n}")
    role = User.Role.COACH


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Partner {n}")


class ParticipantFactory(DjangoModelFactory):
    class Meta:
        model = Participant

    nickname = factory.Iterator(["Achmed", "Carla", "Dirk-Jan", "Fatima", "Gerrit", "Hülya", "Şazime", "Łukasz"])
    surname = factory.Sequence(lambda n: f"Bakker{n}")
    birth_date = date(1980, 5, 17)


class TrajectoryFactory(DjangoModelFactory):
    class Meta:
        model = Trajectory

    participant = factory.SubFactory(ParticipantFactory)
    target_group = Trajectory.TargetGroup.ACTIVATION
    start_date = LONG_AGO


class IndicationFactory(DjangoModelFactory):
    class Meta:
        model = Indication

    participant = factory.SubFactory(ParticipantFactory)
    start_date = LONG_AGO
    end_date = date(2030, 12, 31)
    volume = 4


class PractitionerFactory(DjangoModelFactory):
    class Meta:
        model = Practitioner

    participant = factory.SubFactory(ParticipantFactory)
    name = "Evie van den Eerenbeemt"


class LocationFactory(DjangoModelFactory):
    class Meta:
        model = Location
        django_get_or_create = ["name"]

    name = "West"


class WorkshopFactory(DjangoModelFactory):
    class Meta:
        model = Workshop
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Fietsenwerkplaats {n}")
    discipline = Workshop.Discipline.BIKE
    location = factory.SubFactory(LocationFactory)
    registered_from = date(2026, 1, 1)

    @factory.post_generation
    def coaches(self, create, extracted, **kwargs):
        if create and extracted:
            self.coaches.set(extracted)


class OpeningFactory(DjangoModelFactory):
    class Meta:
        model = Opening

    workshop = factory.SubFactory(WorkshopFactory)
    weekday = 1
    day_part = DayPart.MORNING
    capacity = 8
    start_date = LONG_AGO


class PlacementFactory(DjangoModelFactory):
    class Meta:
        model = Placement

    trajectory = factory.SubFactory(TrajectoryFactory)
    participant = factory.SelfAttribute("trajectory.participant")
    workshop = factory.SubFactory(WorkshopFactory)
    weekday = 1
    day_part = DayPart.MORNING
    start_date = LONG_AGO


class SessionFactory(DjangoModelFactory):
    class Meta:
        model = Session

    workshop = factory.SubFactory(WorkshopFactory)
    date = date(2026, 3, 2)
    day_part = DayPart.MORNING
    capacity = 8
