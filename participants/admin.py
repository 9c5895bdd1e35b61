from django.contrib import admin

from participants.models import AllowanceLimit, ConsentText, District, ProductCode
from participants.services.around import add_consent_text
from pluspunt.admin import ListAdmin

admin.site.register(District, ListAdmin)


@admin.register(ProductCode)
class ProductCodeAdmin(ListAdmin):
    list_display = ["category", "code", "description"]


@admin.register(ConsentText)
class ConsentTextAdmin(ListAdmin):
    """A text that somebody agreed with stays as it is; the next version gets its number by itself."""

    list_display = ["purpose", "version", "valid_from"]

    def get_fieldsets(self, request, obj=None):
        said = "Een tekst waar iemand ja op zei, verandert niet meer. Voeg dan een nieuwe versie toe."
        fields = ["purpose", "version", "text", "valid_from"] if obj else ["purpose", "text", "valid_from"]
        return [(None, {"fields": fields, "description": said})]

    def get_readonly_fields(self, request, obj=None):
        return ["purpose", "version"] if obj else []

    def has_change_permission(self, request, obj=None):
        is_agreed_with = obj is not None and obj.consents.exists()
        return not is_agreed_with and super().has_change_permission(request, obj)

    def save_model(self, request, obj, form, change):
        if change:
            super().save_model(request, obj, form, change)
        else:
            add_consent_text(obj)


@admin.register(AllowanceLimit)
class AllowanceLimitAdmin(ListAdmin):
    list_display = ["__str__", "per_month", "per_year"]
