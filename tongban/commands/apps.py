from django.apps import AppConfig
from django.db.backends.signals import connection_created

from tongban.commands import unfinished


class CommandsConfig(AppConfig):
    name = "tongban.commands"

    def ready(self) -> None:
        """The one place that no way into the database goes around."""
        connection_created.connect(unfinished.check, dispatch_uid="tongban.unfinished")
