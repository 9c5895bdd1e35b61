"""Fills in the forms that stand on a page, as a browser without JavaScript would."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class PageForm:
    attributes: dict
    fields: dict = field(default_factory=dict)
    buttons: list = field(default_factory=list)  # (attributes, words)
    words: str = ""


class _Forms(HTMLParser):
    def __init__(self):
        super().__init__()
        self.forms, self.form, self.is_button = [], None, False

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "form":
            self.form = PageForm(attributes)
            self.forms.append(self.form)
        elif self.form and tag == "input" and attributes.get("name"):
            self.form.fields[attributes["name"]] = attributes.get("value", "")
        elif self.form and tag == "button":
            self.form.buttons.append([attributes, ""])
            self.is_button = True

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        self.is_button = self.is_button and tag != "button"

    def handle_data(self, data):
        if self.form:
            self.form.words += data
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
    address = form.attributes.get("action") or page.request["PATH_INFO"]
    if form.attributes.get("method") != "post":
        return client.get(address, data)
    return client.post(address, data, headers={"HX-Request": "true"} if htmx else {})
