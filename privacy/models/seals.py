from collections.abc import Iterable, Iterator

from django.db import models
from django.utils import timezone


class Seal(models.Model):
    """That these events were there, in this order and with these signatures: one link of the chain.

    What it covers stands in it as ranges of keys, so that an event that came late (of a slow transaction, with a lower
    key) goes into a later seal and leaves no gap in an earlier one.
    """

    number = models.PositiveBigIntegerField("nummer", unique=True)
    events = models.TextField("regels", blank=True)
    first = models.PositiveBigIntegerField("eerste regel", default=0)
    last = models.PositiveBigIntegerField("laatste regel", default=0, db_index=True)
    count = models.PositiveIntegerField("aantal regels", default=0)
    # Of the keys and signatures of those events, in the order of their keys.
    digest = models.CharField("samenvatting", max_length=64)
    # The signature of the seal before this one.
    previous = models.CharField("vorige", max_length=64, blank=True)
    # The events of the seals up to this number were taken away when they were old enough.
    pruned_through = models.PositiveBigIntegerField("opgeruimd tot en met", default=0)
    sealed_at = models.DateTimeField("verzegeld", default=timezone.now, db_index=True)
    signed_with = models.CharField("sleutel", max_length=40)
    mac = models.CharField("handtekening", max_length=64)

    class Meta:
        verbose_name = "zegel"
        verbose_name_plural = "zegels"
        ordering = ["number"]

    def __str__(self):
        return f"zegel {self.number}"

    @property
    def ranges(self) -> list[tuple[int, int]]:
        """The keys of the events, both ends included; raises `ValueError` when it was tampered with."""
        parts = (part.partition("-") for part in self.events.split(",") if part)
        return [(int(first), int(last or first)) for first, _, last in parts]


def as_ranges(keys: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Keys in ascending order as ranges, both ends included."""
    first = last = None
    for key in keys:
        if last is not None and key == last + 1:
            last = key
            continue
        if first is not None:
            yield first, last
        first = last = key
    if first is not None:
        yield first, last


def written(ranges: Iterable[tuple[int, int]]) -> str:
    """Ranges as a seal keeps them: `4001-4050,4053`."""
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges)
