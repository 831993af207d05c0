"""An answer other than success, as an exception: what it means to a person, and whether another try may succeed."""

from dataclasses import dataclass

from materials_cli.errors import MaterialsError

HTML_PAUSE = 60.0


@dataclass(eq=False)
class RefusalError(Exception):
    """An answer other than success.

    error is what to tell when it is final. passing: another try may succeed. slow: Google asks all of us to slow
    down. pause: seconds that Google asked us to wait, if it did. reason: Drive's word.
    status: the answer's, 0 for none.
    """

    error: MaterialsError
    passing: bool = False
    slow: bool = False
    pause: float | None = None
    reason: str = ""
    status: int = 0
