"""Fills in the forms that stand on a page, as a browser without JavaScript would."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.urls import reverse


@dataclass
class PageForm:
    attributes: dict
    fields: dict = field(default_factory=dict)
    buttons: list = field(default_factory=list)  # (attributes, words)
    words: str = ""


# Tags without an end.
VOID = {"input", "br", "img", "hr", "meta", "link", "use", "source"}


class _Forms(HTMLParser):
    def __init__(self):
        super().__init__()
        self.forms, self.form, self.is_button = [], None, False
        self.name, self.is_text, self.is_multiple = "", False, False
        self.hidden = []  # the tags inside something that nobody sees, with that itself

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag not in VOID and (self.hidden or "hidden" in attributes):
            self.hidden.append(tag)
        if tag == "form":
            self.form = PageForm(attributes)
            self.forms.append(self.form)
        elif self.form and tag in ("input", "select", "textarea") and attributes.get("name"):
            self.name, self.is_multiple = attributes["name"], "multiple" in attributes
            is_ticked = attributes.get("type") not in ("checkbox", "radio") or "checked" in attributes
            self.is_text = tag == "textarea"
            if self.is_text:
                self.form.fields[self.name] = ""
            elif tag == "input" and is_ticked:
                self._fill(attributes.get("value", ""), attributes.get("type") in ("checkbox", "hidden"))
        elif self.form and tag == "option" and "selected" in attributes:
            self._fill(attributes.get("value", ""), self.is_multiple)
        elif self.form and tag == "button" and not self.hidden:
            self.form.buttons.append([attributes, ""])
            self.is_button = True

    def _fill(self, value: str, may_repeat: bool):
        before = self.form.fields.get(self.name)
        if before is None or not may_repeat:
            self.form.fields[self.name] = value
        else:
            self.form.fields[self.name] = [*([before] if isinstance(before, str) else before), value]

    def handle_endtag(self, tag):
        if self.hidden:
            self.hidden.pop()
        if tag == "form":
            self.form = None
        self.is_button = self.is_button and tag != "button"
        self.is_text = self.is_text and tag != "textarea"

    def handle_data(self, data):
        if self.form:
            self.form.words += data
        if self.is_text:
            # A browser leaves out the one line end that follows the tag.
            self.form.fields[self.name] += data.removeprefix("\n") if not self.form.fields[self.name] else data
        if self.is_button:
            self.form.buttons[-1][1] += data


def forms_on(response) -> list[PageForm]:
    parser = _Forms()
    parser.feed(response.text)
    return parser.forms


def press(client, page, button: str, *, beside: str = "", htmx: bool = False, **typed):
    """Press the button that begins with `button` in the one form in which `beside` is written."""
    [(form, attributes)] = [
        (form, attributes)
        for form in forms_on(page)
        for attributes, words in form.buttons
        if beside in form.words and words.strip().startswith(button)
    ]
    data = form.fields | typed
    if "name" in attributes:
        data[attributes["name"]] = attributes["value"]
    address = attributes.get("formaction") or form.attributes.get("action") or page.request["PATH_INFO"]
    if form.attributes.get("method") != "post":
        return client.get(address, data)
    # A search leads on at once to the page with what was found.
    is_search = address == reverse("search_hidden")
    return client.post(address, data, follow=is_search, headers={"HX-Request": "true"} if htmx else {})
