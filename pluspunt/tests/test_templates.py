"""The nets under the templates really catch."""

import pytest
from django.conf import settings
from django.template import Context, Template, engines
from django.template.base import Origin


def own_template(source: str) -> Template:
    origin = Origin(str(settings.BASE_DIR / "templates" / "made_up.html"))
    return Template(source, origin=origin, engine=engines["django"].engine)


def test_an_undefined_variable_in_an_own_template_fails():
    with pytest.raises(AssertionError, match="undefined template variable absent"):
        own_template("{{ absent }}").render(Context())


def test_a_defined_variable_is_shown():
    assert own_template("{{ here|upper }}").render(Context({"here": "x"})) == "X"


def test_a_library_may_ask_what_it_likes():
    assert Template("{{ absent }}", engine=engines["django"].engine).render(Context()) == ""
