"""Who takes part in measuring, a measurement that was begun, and stories that people told."""

from datetime import date

from accounts.models import User
from impact.models import Measurement, MeasurementChoice, Rater, Story
from participants.models import ConsentPurpose, ConsentText, Trajectory

STORIES = [
    ("Mijn eerste fiets", "Ik kwam om koffie te drinken. Nu zet ik remmen en snaren af en help ik de nieuwen op weg."),
    ("Soep voor veertig", "In de keuken leerde ik plannen. Thuis kook ik nu ook weer, voor mijn zoon en mijzelf."),
]


def add_measuring(today: date) -> None:
    """Most participants take part, one in ten does not; the coach of the demo began one and wrote stories."""
    coach = User.objects.filter(role=User.Role.COACH).order_by("pk").first()
    text = ConsentText.objects.newest(ConsentPurpose.MEASURE, today)
    running = Trajectory.objects.on(today).exclude(target_group=Trajectory.TargetGroup.SKILLED_VOLUNTEER)
    people = list(running.order_by("participant").distinct().values_list("participant", flat=True))
    MeasurementChoice.objects.bulk_create(
        MeasurementChoice(participant_id=key, takes_part=number % 10 != 9, text=text, recorded_by=coach)
        for number, key in enumerate(dict.fromkeys(people))
    )
    own = running.filter(placements__workshop__coaches=coach, participant__measurement_choices__takes_part=True)
    paths = list(own.order_by("pk").distinct()[: len(STORIES)])
    for path in paths[:1]:
        Measurement.objects.create(
            trajectory=path, participant=path.participant, moment="PERIODIC", rater=Rater.SELF, taken_by=coach
        )
    for path, (title, words) in zip(paths, STORIES, strict=False):
        Story.objects.create(
            title=title, text=words, shown_as="een deelnemer", participant=path.participant, recorded_by=coach
        )
