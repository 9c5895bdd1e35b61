"""What each role may do. Which people and workshops somebody sees is asked of the querysets: `visible_to(user)`."""

from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied

from accounts.models import User

_SEE_PARTNERS = {"partners.view_organisation"}
_SEE_PEOPLE = {
    "participants.view_participant",
    # Goals, notes and skills of the people whom somebody sees.
    "participants.guide_participant",
    "workshops.record_attendance",
} | _SEE_PARTNERS
_LISTS = [
    "participants.{}_district",
    "participants.{}_productcode",
    "participants.{}_consenttext",
    "participants.{}_allowancelimit",
    "workshops.{}_location",
    "workshops.{}_absencereason",
    "workshops.{}_ability",
    "workshops.{}_callrule",
    "workshops.{}_outputtype",
]

ROLE_PERMISSIONS: dict[str, frozenset[str]] = {
    User.Role.COACH: frozenset(_SEE_PEOPLE),
    User.Role.COORDINATOR: frozenset(
        _SEE_PEOPLE
        | {
            "participants.change_participant",
            "partners.change_organisation",
            "workshops.plan_placements",
            # Freezing a month, deciding on corrections, and settling what the floor reports.
            "workshops.close_months",
            "workshops.import_year",
            # Figures, and the rows behind them.
            "impact.view_figures",
        }
    ),
    # Reports are also what they are made of: indicators, targets, factors and statements.
    User.Role.MANAGEMENT: frozenset({"impact.view_figures", "impact.make_reports"} | _SEE_PARTNERS),
    User.Role.ADMINISTRATOR: frozenset(
        {"accounts.manage_accounts"}
        | {name.format(action) for name in _LISTS for action in ("view", "add", "change", "delete")}
    ),
}


class RoleBackend(ModelBackend):
    """Answers permission questions from the role alone; signing in is left to allauth's backend."""

    def authenticate(self, request, **credentials):
        return None

    def get_all_permissions(self, user_obj, obj=None):
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return frozenset()
        return ROLE_PERMISSIONS.get(user_obj.role, frozenset())

    def has_perm(self, user_obj, perm, obj=None):
        """Whether the role allows it. A no is final: no other backend is asked, which would cost two queries."""
        if obj is None and perm not in self.get_all_permissions(user_obj):
            raise PermissionDenied
        return obj is None

    def has_module_perms(self, user_obj, app_label):
        return any(name.startswith(f"{app_label}.") for name in self.get_all_permissions(user_obj))
