from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.shortcuts import redirect
from django.utils.text import capfirst


class ListAdmin(admin.ModelAdmin):
    """A reference list. What is in use cannot go: the confirmation would name the people who use it."""

    actions = None
    sortable_by = ()

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"title": capfirst(self.opts.verbose_name_plural)})

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        verb = "wijzigen" if object_id else "toevoegen"
        title = f"{capfirst(self.opts.verbose_name)} {verb}"
        return super().changeform_view(request, object_id, form_url, {"title": title})

    def has_delete_permission(self, request, obj=None):
        return obj is not None and not _is_in_use(obj) and super().has_delete_permission(request, obj)


def _is_in_use(row: models.Model) -> bool:
    relations = [f for f in row._meta.get_fields(include_hidden=True) if f.auto_created and not f.concrete]
    return any(r.related_model._base_manager.filter(**{r.field.name: row}).exists() for r in relations)


class ListsAdminSite(admin.AdminSite):
    """Django's admin, for the editable lists only; accounts and people have pages of their own."""

    site_header = site_title = "Pluspunt · lijsten"
    index_title = "Lijsten die je zelf aanpast"
    site_url = "/"
    enable_nav_sidebar = False

    def has_permission(self, request):
        return request.user.is_active and getattr(request.user, "is_staff", False)

    def app_index(self, request, app_label, extra_context=None):
        """All lists stand together, whichever app they belong to."""
        return redirect("admin:index")

    def login(self, request, extra_context=None):
        """There is one door: the sign-in page with its second factor."""
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect("account_login")
