from django.contrib import admin

from pluspunt.admin import ListAdmin
from workshops.models import AbsenceReason, Location

admin.site.register(Location, ListAdmin)


@admin.register(AbsenceReason)
class AbsenceReasonAdmin(ListAdmin):
    list_display = ["name", "position", "is_active"]
