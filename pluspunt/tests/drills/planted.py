"""Plants more than twenty texts through the forms, and looks for them in the database, the logs, files and a browser.

bin/drill planted: on SQLite, or in the empty database that DATABASE_URL names. It fails when a secret text stands
readable in the database, or any of them in a log, in a file that was made meanwhile, or in a browser after signing out.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

from pluspunt.tests.demo import BASE_DIR, CHROMIUM_OPTIONS, Demo, fill_in_sign_in, find_chromium

RUN = "import django; django.setup(); from pluspunt.tests.drills.planted import fill; fill()"
# Where the web process might leave something.
FOLDERS = [BASE_DIR / "var", BASE_DIR / "staticfiles", BASE_DIR / "static"]
STORAGE = """async () => {
  const kept = { local: { ...localStorage }, session: { ...sessionStorage }, cookies: document.cookie, caches: [] };
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys())
      kept.caches.push(request.url, await (await caches.match(request)).text());
  kept.databases = [];
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise((done) => { indexedDB.open(name).onsuccess = (event) => done(event.target.result); });
    for (const store of db.objectStoreNames)
      kept.databases.push(await new Promise((done) => {
        db.transaction(store).objectStore(store).getAll().onsuccess = (event) => done(event.target.result);
      }));
  }
  return JSON.stringify(kept);
}"""


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def fill() -> None:
    """Runs in a process of its own: makes a small house, fills it in as a coordinator, and prints what was planted."""
    from django.test import Client, override_settings
    from django.utils import timezone

    from accounts.models import User
    from accounts.services.sessions import begin_session
    from impact.demo import ACCOUNTS
    from impact.demo.people import add_accounts
    from pluspunt.tests.factories import IndicationFactory, OpeningFactory, PlacementFactory, WorkshopFactory
    from pluspunt.tests.planted import plant
    from workshops.services.sessions import ensure_sessions

    add_accounts()
    coach, coordinator = (User.objects.get(email=ACCOUNTS[role][0]) for role in ("COACH", "COORDINATOR"))
    today = timezone.localdate()
    workshop = WorkshopFactory(coaches=[coach], registered_from=today)
    OpeningFactory(workshop=workshop, weekday=today.isoweekday(), start_date=today)
    person = PlacementFactory(workshop=workshop, weekday=today.isoweekday(), start_date=today).participant
    IndicationFactory(participant=person)
    ensure_sessions(today)
    with override_settings(ALLOWED_HOSTS=["testserver"]):
        client = Client()
        client.force_login(coordinator, "allauth.account.auth_backends.AuthenticationBackend")
        session = client.session
        begin_session(session)
        session.save()
        planted = plant(client, person=person, session=workshop.sessions.get())
    facts = {"sealed": planted.sealed, "plain": planted.plain, "key": person.key}
    sys.stdout.write("\n" + json.dumps(facts | {"register": f"/register/{workshop.pk}/{today}/ochtend/"}))


def browse(demo: Demo, facts: dict, profile: Path) -> bytes:
    """As the coach open everything about the person, and sign out; what the browser still has then."""
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=find_chromium(), args=CHROMIUM_OPTIONS, base_url=demo.address
        )
        page = context.new_page()
        page.goto("/account/login/")
        fill_in_sign_in(page, "coach")
        for part in ("", "begeleiding/", "indicaties/", "mensen/", "notities/nieuw/", "traject/"):
            page.goto(f"/deelnemers/{facts['key']}/{part}")
        page.goto(facts["register"])
        page.wait_for_load_state("networkidle")
        page.goto("/account/logout/")
        page.locator("form button.btn-primary").last.click()
        page.wait_for_url(lambda url: "/account/login/" in url)
        kept = page.evaluate(STORAGE)
        kept += json.dumps(context.cookies())
        context.close()
    files = [path for path in profile.rglob("*") if path.is_file() and _is_storage(path)]
    return kept.encode() + b"".join(path.read_bytes() for path in files)


def _is_storage(path: Path) -> bool:
    """What a site keeps in a browser; not its list of visited pages, which is the user's own."""
    places = {"Cache", "Cache_Data", "Code Cache", "IndexedDB", "Local Storage", "Service Worker", "CacheStorage"}
    return bool(places & set(path.parts))


def fail_on(demo: Demo, texts: dict[str, str]) -> None:
    """Send each text to the address that fails, and to none."""
    for text in texts.values():
        for address in ("/stuk/", f"/bestaat-niet/{urllib.parse.quote(text)}/"):
            data = urllib.parse.urlencode({"name": text}).encode() if address == "/stuk/" else None
            try:
                urllib.request.urlopen(urllib.request.Request(f"{demo.address}{address}", data), timeout=30).close()
            except urllib.error.HTTPError as error:
                error.close()


def dump(demo: Demo, folder: Path) -> bytes:
    """The database as a thief would find it: the file with its log, or what pg_dump makes of it."""
    if demo.env["DATABASE_URL"].startswith("sqlite"):
        return b"".join(path.read_bytes() for path in folder.glob("demo.sqlite3*"))
    return subprocess.run(["pg_dump", demo.env["DATABASE_URL"]], capture_output=True, check=True, env=demo.env).stdout


def files_made(since: float) -> bytes:
    found = []
    for place in (*FOLDERS, Path(tempfile.gettempdir())):
        for folder, inside, names in os.walk(place):
            inside[:] = [name for name in inside if not os.path.ismount(Path(folder, name))]
            found += [path for name in names if _is_new(path := Path(folder, name), since)]
    return b"".join(path.read_bytes() for path in found)


def _is_new(path: Path, since: float) -> bool:
    try:
        is_ours = path.is_file() and path.stat().st_mtime > since and path.stat().st_uid == os.getuid()
    except OSError:
        return False
    return is_ours and path.stat().st_size < 50_000_000 and not any("pluspunt-planted" in part for part in path.parts)


def main() -> int:
    from pluspunt.tests.planted import found

    with tempfile.TemporaryDirectory(prefix="pluspunt-planted-") as name:
        folder = Path(name)
        demo = Demo(folder, os.environ.get("DATABASE_URL", ""))
        for command in (["migrate", "-v0"], ["createcachetable"], ["collectstatic", "--noinput", "-v0"]):
            demo.python("manage.py", *command)
        began = time.time()
        demo.env["DJANGO_SETTINGS_MODULE"] = "pluspunt.tests.settings_broken"
        # The last line: before it stand the mails, which a demo writes on the screen.
        facts = json.loads(demo.python("-c", RUN).splitlines()[-1])
        everything = {**facts["sealed"], **facts["plain"]}
        log = (folder / "log").open("wb")
        demo.start("--access-logfile", "-", "--access-logformat", "%(m)s %(s)s", stderr=log, stdout=log)
        try:
            fail_on(demo, everything)
            kept = browse(demo, facts, folder / "profile")
            database = dump(demo, folder)
        finally:
            demo.stop()
        places = {
            "database, wat niemand mag lezen": found(facts["sealed"], database),
            "logs van de server": found(everything, (folder / "log").read_bytes()),
            "bestanden op de server": found(everything, files_made(began)),
            "browser na uitloggen": found(everything, kept),
        }
        say(f"{len(everything)} teksten geplant, {len(facts['plain'])} daarvan gewoon in de database")
        say(f"in de database terug van wat er hoort: {len(found(facts['plain'], database))}")
        for place, names in places.items():
            say(f"{len(names):3} keer gevonden: {place} {', '.join(sorted(names))}")
    return 1 if any(places.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
