from django.contrib.admin.apps import AdminConfig

from pluspunt.forms import speak_plain_dutch


class ListsAdminConfig(AdminConfig):
    default_site = "pluspunt.admin.ListsAdminSite"

    def ready(self):
        super().ready()
        speak_plain_dutch()
