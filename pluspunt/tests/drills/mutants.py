"""Changes the rules, the rights and the log in one small way at a time, and counts which changes the tests notice.

bin/drill mutants [--only MODULE] [--left FILE]: on SQLite, or in the empty database that DATABASE_URL names. The tests
run once, in one process that remembers by which lines each of them comes. Then every change gets a copy of that process
and of the empty database, in which those tests run that come by its line, the quickest first. FILE keeps what was not
noticed, and when it is there only that is tried again: after writing a test, and on the other database, as locks and
roles are PostgreSQL's. It fails when a module scores less than 90 %.
"""

import argparse
import os
import resource
import signal
import sys
import threading
import time
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol
from django.db import connection, connections
from hypothesis import Phase
from hypothesis import settings as hypothesis_settings

from pluspunt.tests.mutating import Mutant, mutants_of, path_of

LEAST = 0.9
# Module → the tests that look at it; of models only who sees what.
MODULES = {
    "participants.services.claims": "participants/tests/test_claims.py workshops/tests/test_entitlement.py",
    "workshops.services.entitlement": "workshops/tests/test_entitlement.py participants/tests/test_indications.py",
    "workshops.services.months": "workshops/tests/test_months.py workshops/tests/test_corrections.py",
    "workshops.services.corrections": "workshops/tests/test_corrections.py workshops/tests/test_tablets.py",
    "accounts.permissions": "accounts/tests/test_permissions.py accounts/tests/test_sessions.py",
    "privacy.services.log": "privacy/tests/test_log.py privacy/tests/test_nothing_unlogged.py",
    "privacy.services.signing": "privacy/tests/test_signing.py privacy/tests/test_sealing.py",
    "privacy.services.sealing": "privacy/tests/test_sealing.py",
    "privacy.services.verifying": "privacy/tests/test_sealing.py privacy/tests/test_verifying.py",
    "privacy.services.append_only": "privacy/tests/test_append_only.py privacy/tests/test_sealing.py",
}
MODELS = {
    "participants.models": ["guidance", "people"],
    "workshops.models": ["imports", "jobs", "places", "registers"],
    "impact.models": ["documents", "society"],
}
MODULES |= {f"{app}.{name}": "pluspunt/tests/test_visible.py" for app, names in MODELS.items() for name in names}


class Drill:
    """A plugin of pytest: after its tests were collected, they go round in another way."""

    def __init__(self, mutants: list[Mutant]):
        self.mutants, self.survivors = mutants, list(mutants)
        # File → line → tests that come by it.
        self.visits = {str(path_of(mutant.module)): defaultdict(set) for mutant in mutants}
        self.took: dict[pytest.Item, float] = {}
        # pytest catches what is written on the screen itself.
        self.screen = os.fdopen(os.dup(1), "w", buffering=1)

    @pytest.fixture(scope="session", autouse=True)
    def empty_database(self, django_db_setup, django_db_blocker):
        self.blocker, self.empty = django_db_blocker, connection.settings_dict["NAME"]
        self.copy_database()

    def copy_database(self) -> None:
        """Let connections from now on be to a fresh copy; none of them is open, here or in the copy of the process."""
        connections.close_all()
        if connection.vendor == "postgresql":
            connection.close_pool()
        connection.settings_dict["NAME"] = self.empty
        for left in Path(self.empty).parent.glob("*_mutant.*") if connection.vendor == "sqlite" else []:
            left.unlink()
        with self.blocker.unblock():
            connection.creation.clone_test_db("mutant", verbosity=0, autoclobber=True)
        connection.settings_dict["NAME"] = connection.creation.get_test_db_clone_settings("mutant")["NAME"]

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        for item in session.items:
            self.look(item)
        order = sorted(self.took, key=lambda item: (is_flushing(item), self.took[item]))
        self.say(f"{len(order)} tests in {sum(self.took.values()):.0f} s, {len(self.mutants)} wijzigingen")
        fails = self.failing_in_a_copy(order)
        for item in fails:
            self.say(f"doet niet mee, mislukt ook zonder wijziging: {item.nodeid}")
        order = [item for item in order if item not in fails]
        for mutant in self.mutants:
            path = str(path_of(mutant.module))
            come_by = {item for line in self.visits[path] if line in mutant.lines for item in self.visits[path][line]}
            if self.survives(mutant, [item for item in order if item in come_by]):
                self.say(f"niet opgemerkt ({len(come_by)} tests): {mutant}")
            else:
                self.survivors.remove(mutant)
        connections.close_all()
        connection.settings_dict["NAME"] = self.empty
        return True

    def look(self, item: pytest.Item) -> None:
        """Run a test, and remember how long it took and by which lines it came."""

        def on_line(frame, event, arg):
            self.visits[frame.f_code.co_filename][frame.f_lineno].add(item)
            return on_line

        began = time.monotonic()
        threading.settrace(lambda frame, *_: on_line if frame.f_code.co_filename in self.visits else None)
        sys.settrace(threading.gettrace())
        self.passes(item)
        sys.settrace(None)
        threading.settrace(None)
        self.took[item] = time.monotonic() - began

    def passes(self, item: pytest.Item) -> bool:
        return not any(report.failed for report in runtestprotocol(item, log=False, nextitem=item.session))

    def failing_in_a_copy(self, tests: list[pytest.Item]) -> list[pytest.Item]:
        self.copy_database()
        reading, writing = os.pipe()
        if not (child := os.fork()):
            try:
                for at, item in enumerate(tests):
                    if not self.passes(item):
                        os.write(writing, f"{at} ".encode())
            finally:
                os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as told:
            fails = [tests[int(at)] for at in told.read().split()]
        os.waitpid(child, 0)
        return fails

    def survives(self, mutant: Mutant, tests: list[pytest.Item]) -> bool:
        self.copy_database()
        if child := os.fork():
            return os.waitpid(child, 0)[1] == 0
        try:
            # What goes round for ever, or eats all memory, is noticed as well.
            signal.alarm(int(15 + sum(self.took[item] for item in tests)))
            resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
            mutant.apply()
            os._exit(0 if all(self.passes(item) for item in tests) else 1)
        finally:
            os._exit(1)

    def say(self, line: str) -> None:
        self.screen.write(f"{line}\n")


def is_flushing(item: pytest.Item) -> bool:
    """Whether a test empties every table afterwards: those go last, as what a migration wrote is gone then."""
    return any(marker.kwargs.get("transaction") for marker in item.iter_markers("django_db"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=MODULES, metavar="MODULE", action="append")
    parser.add_argument("--left", type=Path, metavar="FILE")
    asked = parser.parse_args()
    names = asked.only or list(MODULES)
    mutants = [mutant for name in names for mutant in mutants_of(name)]
    known = asked.left.read_text().splitlines() if asked.left and asked.left.exists() else None
    drill = Drill([mutant for mutant in mutants if known is None or str(mutant) in known])
    # A test that fails need not look for the smallest example, nor remember it.
    quick = {"phases": [Phase.explicit, Phase.generate], "database": None, "derandomize": True, "deadline": None}
    hypothesis_settings.register_profile("drill", **quick)
    hypothesis_settings.load_profile("drill")
    tests = sorted({path for name in names for path in MODULES[name].split()})
    options = ["-qq", "--disable-warnings", "-p", "no:xdist", "-p", "no:cacheprovider"]
    pytest.main([*options, "-m", "not browser and not slow", *tests], [drill])
    made, left = (Counter(mutant.module for mutant in some) for some in (mutants, drill.survivors))
    scores = {name: 1 - left[name] / made[name] for name in names}
    for name, score in scores.items():
        drill.say(f"{name:32} {made[name]:4} gemaakt {left[name]:4} niet opgemerkt {score:7.1%}")
    drill.say(
        f"{'samen':32} {made.total():4} gemaakt {left.total():4} niet opgemerkt {1 - left.total() / made.total():7.1%}"
    )
    if asked.left:
        asked.left.write_text("".join(f"{mutant}\n" for mutant in drill.survivors))
    return 1 if min(scores.values()) < LEAST else 0


if __name__ == "__main__":
    sys.exit(main())
