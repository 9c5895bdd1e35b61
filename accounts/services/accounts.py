"""What happens to staff accounts."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User


@transaction.atomic
def create_account(*, name: str, email: str, role: str, workshops: Iterable = ()) -> User:
    """Make an account without a password: its owner chooses one by the link in the mail.

    `workshops` are attached to a coach only. Raises `ValidationError`, for one when the address has an account already.
    """
    user = User.objects.create_user(email, name=name, role=role)
    _attach(user, workshops)
    return user


@transaction.atomic
def change_account(
    user: User, *, name: str, email: str, role: str, is_active: bool, workshops: Iterable, by: User
) -> User:
    """Change an account; who is no coach (any more) is attached to no workshop.

    Raises `ValidationError` when `by` would take the role or the access from themselves, and when no administrator
    would be left.
    """
    # The administrators are locked together: two who switch each other off at the same time leave one.
    administrators = list(User.objects.active().administrators().select_for_update().order_by("pk"))
    user = User.objects.select_for_update().get(pk=user.pk)
    if user == by and role != user.role:
        raise ValidationError("Je kunt je eigen rol niet wijzigen. Vraag het een andere beheerder.")
    if user == by and not is_active:
        raise ValidationError("Je kunt je eigen account niet uitzetten. Vraag het een andere beheerder.")
    stays = is_active and role == User.Role.ADMINISTRATOR
    if administrators == [user] and not stays:
        raise ValidationError("Dit is de laatste beheerder. Maak eerst iemand anders beheerder.")
    user.name, user.email, user.role, user.is_active = name, email.lower(), role, is_active
    user.full_clean(exclude=["password"])
    user.save()
    # The sign-in library remembers addresses of its own: an old one must not open the door any more.
    user.emailaddress_set.exclude(email=user.email).delete()
    _attach(user, workshops)
    return user


def _attach(user: User, workshops: Iterable) -> None:
    user.workshops.set(workshops if user.is_coach else [])
