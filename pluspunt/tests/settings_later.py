"""The settings of a next version, which has a migration more (`pluspunt.tests.later`)."""

from pluspunt.settings import *  # noqa: F403
from pluspunt.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "pluspunt.tests.later"]
