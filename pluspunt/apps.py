from django.contrib.admin.apps import AdminConfig


class ListsAdminConfig(AdminConfig):
    default_site = "pluspunt.admin.ListsAdminSite"
