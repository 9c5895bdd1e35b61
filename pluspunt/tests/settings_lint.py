"""The settings with the migration linter, which only bin/test needs."""

from pluspunt.settings import *  # noqa: F403
from pluspunt.settings import BASE_DIR, INSTALLED_APPS

MIGRATION_LINTER_OPTIONS = {
    "include_apps": [app for app in INSTALLED_APPS if (BASE_DIR / app).is_dir()],  # our own
    "no_cache": True,
    "quiet": ["ok", "ignore"],
}
INSTALLED_APPS = [*INSTALLED_APPS, "django_migration_linter"]
