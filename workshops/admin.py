from django.contrib import admin

from pluspunt.admin import ListAdmin
from workshops.models import Ability, AbsenceReason, CallRule, Location, OutputType

admin.site.register(Location, ListAdmin)


@admin.register(AbsenceReason)
class AbsenceReasonAdmin(ListAdmin):
    list_display = ["name", "position", "is_active"]


@admin.register(Ability)
class AbilityAdmin(ListAdmin):
    """What can be learned in which workshop. One that somebody has keeps its workshop and its kind."""

    list_display = ["name", "workshop", "is_machine_permission", "is_active"]
    list_filter = ["workshop"]

    def get_readonly_fields(self, request, obj=None):
        return ["workshop", "is_machine_permission"] if obj and obj.grants.exists() else []


@admin.register(CallRule)
class CallRuleAdmin(ListAdmin):
    list_display = ["target_group", "no_shows", "is_active"]


@admin.register(OutputType)
class OutputTypeAdmin(ListAdmin):
    list_display = ["name", "unit", "disciplines", "position", "is_active"]
