"""Django's rules for passwords, in words that everybody understands."""

import re

from django.apps import apps
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError


class LongEnough(password_validation.MinimumLengthValidator):
    def get_error_message(self):
        return f"Dit wachtwoord is te kort. Kies er een van minstens {self.min_length} tekens."

    def get_help_text(self):
        return f"Neem minstens {self.min_length} tekens, bijvoorbeeld vier woorden achter elkaar."


class NotWellKnown(password_validation.CommonPasswordValidator):
    def get_error_message(self):
        return "Dit wachtwoord gebruiken veel mensen. Kies een ander."

    def get_help_text(self):
        return "Neem niet iets dat veel mensen gebruiken."


class NotAboutYou(password_validation.UserAttributeSimilarityValidator):
    def get_error_message(self):
        return "Dit wachtwoord lijkt op je naam of je e-mailadres. Kies een ander."

    def get_help_text(self):
        return "Neem niet je naam of je e-mailadres."


class NotOurWords:
    """Refuses a password of which little is left without the words that anybody guesses first here.

    Those are `words`, the names in the rows of the models in `named`, and the name and address of the person. They may
    be part of a longer password.
    """

    _SHORTEST_WORD, _ENOUGH_LEFT = 4, 8

    def __init__(self, words: list[str], named: list[str]):
        self.words, self.named = words, named

    def validate(self, password, user=None):
        typed = left = password.casefold()
        # The longest first: "hout" must leave nothing of "houtwerkplaats".
        for word in sorted(self._known_words(user), key=len, reverse=True):
            left = left.replace(word, "")
        if left != typed and len(re.sub(r"[\W\d_]", "", left)) < self._ENOUGH_LEFT:
            raise ValidationError(self.get_error_message(), code="password_our_words")

    def get_error_message(self):
        return "Dit wachtwoord is vooral een naam, een woord van hier of een getal. Kies er andere woorden bij."

    def get_help_text(self):
        return "Neem niet alleen woorden van hier, zoals Pluspunt of de naam van je werkplaats."

    def _known_words(self, user) -> set[str]:
        texts = [*self.words]
        for model in self.named:
            texts += apps.get_model(model).objects.values_list("name", flat=True)
        if user is not None:
            texts += [user.name, user.email]
        words = {word for text in texts for word in re.findall(r"[^\W\d_]+", text.casefold())}
        return {word for word in words if len(word) >= self._SHORTEST_WORD}
