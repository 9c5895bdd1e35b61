"""Demo data: the spreadsheets of 2025, and everything that could have happened since, up to today.

The people are invented. The same day gives the same data; nothing here is used by the product itself.
"""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random

from django.db import transaction

from impact.demo.around import add_people_around
from impact.demo.documents import add_sent_documents
from impact.demo.duplicates import add_duplicates
from impact.demo.floor import add_floor
from impact.demo.guidance import add_guidance
from impact.demo.indications import add_indications
from impact.demo.jobs import add_jobs
from impact.demo.leaving import add_people_who_left
from impact.demo.log import add_log
from impact.demo.measuring import add_measuring
from impact.demo.months import add_months
from impact.demo.partners import add_collaborations
from impact.demo.path import add_paths
from impact.demo.people import (
    ACCOUNTS,
    PASSWORD,
    add_accounts,
    add_closures,
    add_facts_about_people,
    add_partners,
    attach_coaches,
    move_people,
    open_at_weekends,
    record,
    renew_indications,
)
from impact.demo.placing import add_placing
from impact.demo.privacy import add_privacy
from impact.demo.reports import add_reports
from impact.demo.rota import add_rota
from impact.demo.skills import add_skills
from impact.demo.waiting import add_waiting
from workshops.models import Opening
from workshops.services.sessions import HORIZON, continue_schedule, ensure_sessions
from workshops.services.year_import.cleaning import read_year
from workshops.services.year_import.writing import import_year

__all__ = ["ACCOUNTS", "PASSWORD", "STEPS", "load_demo"]

STEPS = 25


@transaction.atomic
def load_demo(directory: Path, today: date, done: Callable[[str], None]) -> None:
    """Fill an empty database from the spreadsheets in `directory` up to `today`; `done` hears each finished step."""
    chance = Random(2025)  # noqa: S311 (invented people, the same every time)
    add_accounts()
    done("accounts")
    import_year(read_year({path.name: path.read_bytes() for path in directory.glob("*.csv")}), by=None)
    done("spreadsheets van 2025")
    add_partners()
    attach_coaches()
    add_facts_about_people(chance)
    done("partners en gegevens")
    first_day = Opening.objects.order_by("-end_date").first().end_date + timedelta(days=1)
    add_closures(first_day, today)
    continue_schedule(first_day)
    open_at_weekends(today)
    renew_indications(today, chance)
    done("rooster en indicaties")
    move_people(first_day, today, chance)
    done("in- en uitstroom")
    ensure_sessions(today + HORIZON)
    done("sessies")
    record(first_day, today, chance)
    done("aanwezigheid")
    add_paths(today, chance)
    done("aanmeldingen en doorstroom")
    add_guidance(today, chance)
    done("doelen en notities")
    add_people_around(today, chance)
    done("mensen eromheen")
    add_sent_documents(today)
    add_privacy(today)
    done("verstuurde verslagen")
    add_skills(today, chance)
    done("vaardigheden en vakvrijwilligers")
    add_indications(today, chance)
    done("stappen en berichten bij indicaties")
    add_collaborations(today, chance)
    done("samenwerkingen")
    add_jobs(today, Random(7))  # noqa: S311 (nothing secret)
    done("klussen en opbrengsten")
    add_placing(today, Random(19))  # noqa: S311 (nothing secret)
    done("op proef en om de week")
    add_duplicates(today, Random(14))  # noqa: S311 (nothing secret)
    done("dubbele deelnemers")
    add_floor(today, Random(8))  # noqa: S311 (nothing secret)
    done("afwezigheid, inlopers en telefoontjes")
    add_months(today, chance)
    done("gesloten maanden en correcties")
    add_rota(today, Random(8112))  # noqa: S311 (nothing secret)
    done("rooster van de coaches")
    add_waiting(today, Random(5))  # noqa: S311 (nothing secret)
    done("wachtlijst en onderbrekingen")
    add_measuring(today, Random(6))  # noqa: S311 (nothing secret)
    done("metingen")
    add_reports(today)
    done("doelen, verhalen en verslagen")
    add_log(today, Random(37))  # noqa: S311 (nothing secret)
    done("logboek")
    add_people_who_left(today, Random(39))  # noqa: S311 (nothing secret)
    done("wie lang geleden stopte")
