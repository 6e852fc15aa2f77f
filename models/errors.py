"""The one tree of errors that a person may see: what is wrong, and what to do about it."""


class SchooltrailError(Exception):
    """Something the user can mend.

    Args:
        problem: What is wrong and with which value, one line.
        remedy: What to do next, one line.
    """

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy

    def __reduce__(self) -> tuple[type["SchooltrailError"], tuple[str, str]]:
        """Survive the trip back from a worker process."""
        return (type(self), (self.problem, self.remedy))


class ConfigError(SchooltrailError):
    """config.toml is missing, unreadable or holds an unknown key or value."""


class WorkspaceError(SchooltrailError):
    """The workspace folder cannot be used as it is."""


class WorkspaceTooNew(WorkspaceError):
    """A later version of schooltrail wrote this workspace."""


class WorkspaceBusy(WorkspaceError):
    """Another run holds this workspace or mailbox."""


class StorageFull(WorkspaceError):
    """The disk took no more bytes; everything reported as kept is safe."""


class EvidenceDamaged(WorkspaceError):
    """Stored bytes no longer match their hash."""


class SourceError(SchooltrailError):
    """A source of mail could not be read."""


class SignInFailed(SourceError):
    """The server or provider refused the sign-in."""


class ServerUnreachable(SourceError):
    """The server could not be reached, or the connection was lost."""


class ServerNotTrusted(SourceError):
    """The server's certificate does not hold."""


class Throttled(SourceError):
    """The server asked us to slow down.

    Args:
        wait_seconds: How long the server asked us to wait, > 0.
    """

    def __init__(self, problem: str, remedy: str, wait_seconds: float = 60.0) -> None:
        super().__init__(problem, remedy)
        self.wait_seconds = wait_seconds


class FolderEmptied(SourceError):
    """A folder that held mail is suddenly empty; a person must say that this is right."""


class ExtraMissing(SchooltrailError):
    """A format needs an optional package that is not installed."""
