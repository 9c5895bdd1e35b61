"""Django's rules for passwords, in words that everybody understands."""

from django.contrib.auth import password_validation


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
