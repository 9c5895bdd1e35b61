from django.contrib import admin

from participants.models import Trajectory
from pluspunt.admin import ListAdmin
from workshops.forms.outputs import DisciplinesField
from workshops.models import Ability, AbsenceReason, CallRule, Location, OutputType, Workshop


@admin.register(Location)
class LocationAdmin(ListAdmin):
    list_display = ["name", "address", "district"]


@admin.register(AbsenceReason)
class AbsenceReasonAdmin(ListAdmin):
    list_display = ["name", "position", "is_active"]


@admin.register(Ability)
class AbilityAdmin(ListAdmin):
    """What can be learned in which workshop. One that somebody has keeps its workshop and its kind."""

    list_display = ["name", "workshop", "is_machine_permission", "is_wanted_before", "is_active"]
    list_filter = ["workshop"]

    def get_readonly_fields(self, request, obj=None):
        return ["workshop", "is_machine_permission"] if obj and obj.grants.exists() else []


@admin.register(CallRule)
class CallRuleAdmin(ListAdmin):
    list_display = ["target_group", "no_shows", "is_active"]

    def has_add_permission(self, request):
        """There is one per target group, and no more groups than there are."""
        is_room = CallRule.objects.count() < len(Trajectory.TargetGroup)
        return is_room and super().has_add_permission(request)


@admin.register(OutputType)
class OutputTypeAdmin(ListAdmin):
    list_display = ["name", "unit", "seen_first_in", "follows_from", "position", "is_active"]
    # From which facts a type follows is fixed: the figures know where to look.
    readonly_fields = ["follows_from"]

    @admin.display(description="telt vanzelf mee uit", empty_value="–")
    def follows_from(self, output_type):
        return output_type.get_derived_from_display() or None

    @admin.display(description="vooral in", empty_value="–")
    def seen_first_in(self, output_type):
        return ", ".join(each.label for each in Workshop.Discipline if output_type.belongs_to(each)) or None

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name != "disciplines":
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        return DisciplinesField(
            label="Vooral in",
            required=False,
            choices=Workshop.Discipline.choices,
            help_text="Daar staat deze opbrengst bovenaan. Overal elders staat die onder de andere.",
        )
