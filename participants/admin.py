from django.contrib import admin

from participants.models import District, ProductCode
from pluspunt.admin import ListAdmin

admin.site.register(District, ListAdmin)


@admin.register(ProductCode)
class ProductCodeAdmin(ListAdmin):
    list_display = ["category", "code", "description"]
