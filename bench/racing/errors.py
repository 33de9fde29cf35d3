"""What ends a race, or keeps a contender out of it."""


class RaceError(Exception):
    """Said to the user in one line; `code` is the exit code, as those of llmc."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


class NotRaced(Exception):
    """Why a contender does not take part. This is part of the results."""
