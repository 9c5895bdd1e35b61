from django.contrib import admin

from participants.models import District, ProductCode

admin.site.register(District)


@admin.register(ProductCode)
class ProductCodeAdmin(admin.ModelAdmin):
    list_display = ["category", "code", "description"]
