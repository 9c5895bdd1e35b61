"""Every page of every role, found by following the links as a curious user would."""

import re
from collections import Counter
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from django.urls import Resolver404, resolve

from pluspunt.tests.browser.conftest import running_demo, violations
from pluspunt.tests.demo import EMAILS
from pluspunt.tests.test_access import pages_of

pytestmark = pytest.mark.browser
# One page of a kind is looked at; a few more are asked for, without drawing them, for the links on them.
ENOUGH = 30
LINK = re.compile(r'<a [^>]*href="([^"#]+)')
# No page of a role (a script asks for it), or one that is only there after some work: test_jobs.py, test_measuring.py
# and test_reports.py look at those.
NO_PAGE = {"attention_counts", "document_news", "health", "offline", "register_rows", "service_worker"}
REACHED_BY_WORK = NO_PAGE | {
    "job_finish",
    "measurement_answer",
    "measurement_finish",
    "measurement_thanks",
    "participant_merge",
    "pause_end",
    "report_publish",
    "report_return",
    "session_replan",
    "session_restore",
    "year_import_detail",
}
# Of whom there are few, whoever may see people looks there first.
FEW = [f"/deelnemers/?status={status}&eenmalig=1" for status in ("TRIAL", "PAUSED")]
NOT_PAGES = ("/account/logout/", "/static/")


def page_name(path: str) -> str | None:
    """The URL name of one of our own pages; `None` for files and what is not ours."""
    if path.startswith(NOT_PAGES):
        return None
    try:
        match = resolve(path)
    except Resolver404:
        return None
    return None if match.view_name.endswith(("_pdf", "_xlsx", "_download")) else match.view_name


def links_in(html: str, path: str) -> list[str]:
    """The addresses on our own site in the links of a page; no lists as a file."""
    found = (urlsplit(urljoin(path, unescape(href))) for href in LINK.findall(html))
    own = (link for link in found if not link.netloc and not link.scheme and "als=" not in link.query)
    return [link.path + (f"?{link.query}" if link.query else "") for link in own]


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> str:
    """A demo in which no other test did anything: what it holds leads to every page."""
    with running_demo(tmp_path_factory.mktemp("walk")) as demo:
        yield demo.address


@pytest.mark.parametrize("role", EMAILS)
def test_every_page_is_accessible_fits_a_phone_and_is_silent(visit, role):
    visitor = visit(role)
    page, seen, opened, problems = visitor.page, Counter(), set(), []
    waiting = ["/"]
    for path in FEW if "participant_list" in pages_of(role) else []:
        waiting += links_in(visitor.context.request.get(path).text(), path)
    while waiting:
        path = waiting.pop(0)
        address = urlsplit(path).path
        name = page_name(address)
        if name is None or seen[name] == ENOUGH or address in opened:
            continue
        opened.add(address)
        if seen[name]:
            waiting += links_in(visitor.context.request.get(path).text(), path)
        else:
            answer = page.goto(path)
            waiting += links_in(page.content(), path)
            problems += [f"{path}: {found}" for found in look_at(visitor, answer)]
        seen[name] += 1
    assert problems == []
    assert ", ".join(sorted(pages_of(role) - set(seen) - REACHED_BY_WORK)) == ""


def look_at(visitor, answer) -> list[str]:
    """What is wrong with the page that is open, on a desk and on a phone."""
    page = visitor.page
    found = [] if answer.status == 200 else [f"answers {answer.status}"]
    page.set_viewport_size({"width": 390, "height": 844})
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        found.append("scrolls sideways at 390 px")
    page.set_viewport_size({"width": 1280, "height": 900})
    found += visitor.complaints
    found += violations(page)
    # What axe does to measure contrast is against our own policy, and no fault of the page.
    visitor.complaints.clear()
    return found
