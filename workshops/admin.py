from django.contrib import admin

from workshops.models import AbsenceReason, Location

admin.site.register(Location)


@admin.register(AbsenceReason)
class AbsenceReasonAdmin(admin.ModelAdmin):
    list_display = ["name", "position", "is_active"]
