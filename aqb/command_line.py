"""Django's command line, which notes beside every recorded change the command that made it."""

from contextlib import ExitStack

from django.core.management import BaseCommand, ManagementUtility

# These run for as long as people work, or act as several people one after the other, and say themselves who does what.
WITHOUT_NAME = {"serve", "runserver", "testserver", "test", "daily", "demo", "work"}


class CommandLine(ManagementUtility):
    """`manage.py`: the command runs with its name as the circumstance of all its changes."""

    def __init__(self, argv: list[str] | None = None) -> None:
        super().__init__(argv)
        self._named = ExitStack()

    def execute(self) -> None:
        with self._named:
            super().execute()

    def fetch_command(self, subcommand: str) -> BaseCommand:
        """Called once the applications are loaded, immediately before the command runs."""
        command = super().fetch_command(subcommand)
        if subcommand not in WITHOUT_NAME:
            import pghistory  # only here: it needs loaded applications

            self._named.enter_context(pghistory.context(command=subcommand))
        return command
