"""Keeping what is known about partners, the people there, and what is done together."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model

from partners.models import Collaboration, ContactPerson, Event, Organisation, Theme

_MEANWHILE = "Iemand anders heeft dit intussen gewijzigd. Kijk het na en probeer het nog een keer."


@transaction.atomic
def save_organisation(organisation: Organisation, *, themes: Iterable[Theme]) -> None:
    """Save a partner, new or known, with its themes.

    Raises `ValidationError` for whatever the model refuses, a name that is there already for one.
    """
    _save(organisation)
    organisation.themes.set(themes)


def save_contact(contact: ContactPerson) -> None:
    """Save somebody at a partner. Raises `ValidationError` for whatever the model refuses."""
    _save(contact)


@transaction.atomic
def remove_contact(contact: ContactPerson) -> None:
    """Take a contact person away.

    Raises `ValidationError` as long as a workshop at the partner names this person as its contact on site.
    """
    contact = ContactPerson.objects.select_for_update().get(pk=contact.pk)
    workshops = list(contact.workshops.values_list("name", flat=True))
    if workshops:
        raise ValidationError(
            f"{contact.name} is het contact ter plaatse van {' en '.join(workshops)}. Kies daar eerst iemand anders."
        )
    contact.delete()


@transaction.atomic
def save_collaboration(
    collaboration: Collaboration, *, themes: Iterable[Theme], organisations: Iterable[Organisation]
) -> None:
    """Save a collaboration, new or known, with its themes and partners.

    Raises `ValidationError` for whatever the model refuses.
    """
    _save(collaboration)
    collaboration.themes.set(themes)
    collaboration.organisations.set(organisations)


def save_event(event: Event) -> None:
    """Save an event of a collaboration. Raises `ValidationError` for whatever the model refuses."""
    _save(event)


def _save(row: Model) -> None:
    row.full_clean()
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise ValidationError(_MEANWHILE) from error
