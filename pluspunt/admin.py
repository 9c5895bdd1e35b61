from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect


class ListsAdminSite(admin.AdminSite):
    """Django's admin, for the editable lists only; accounts and people have pages of their own."""

    site_header = site_title = "Pluspunt · lijsten"
    index_title = "Lijsten die je zelf aanpast"
    site_url = "/"
    enable_nav_sidebar = False

    def has_permission(self, request):
        return request.user.is_active and getattr(request.user, "is_staff", False)

    def login(self, request, extra_context=None):
        """There is one door: the sign-in page with its second factor."""
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect("account_login")
