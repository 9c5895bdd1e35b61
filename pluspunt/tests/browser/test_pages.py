"""Every page of every role, found by following the links as a curious user would."""

from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve

from pluspunt.tests.browser.conftest import EMAILS, violations
from pluspunt.tests.test_access import pages_of

pytestmark = pytest.mark.browser
NOT_PAGES = ("/account/logout/", "/static/")


def page_name(path: str) -> str | None:
    """The URL name of one of our own pages; `None` for files and what is not ours."""
    if path.startswith(NOT_PAGES) or path.endswith(".pdf"):
        return None
    try:
        match = resolve(path)
    except Resolver404:
        return None
    return match.view_name


def links_on(page) -> list[str]:
    hrefs = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
    own = (urlsplit(href) for href in hrefs)
    here = urlsplit(page.url).netloc
    return [link.path + (f"?{link.query}" if link.query else "") for link in own if link.netloc == here]


@pytest.mark.parametrize("role", EMAILS)
def test_every_page_is_accessible_fits_a_phone_and_is_silent(visit, role):
    visitor = visit(role)
    page, seen, waiting, problems = visitor.page, set(), ["/"], []
    while waiting:
        path = waiting.pop(0)
        name = page_name(urlsplit(path).path)
        if name is None or name in seen:
            continue
        seen.add(name)
        answer = page.goto(path)
        if answer.status != 200:
            problems.append(f"{path}: {answer.status}")
            continue
        waiting += links_on(page)
        problems += [f"{path}: {found}" for found in violations(page)]
        page.set_viewport_size({"width": 390, "height": 844})
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            problems.append(f"{path}: scrolls sideways at 390 px")
        page.set_viewport_size({"width": 1280, "height": 900})
    assert problems == []
    assert visitor.complaints == []
    assert pages_of(role) - seen == set()
