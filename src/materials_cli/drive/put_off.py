"""Libraries that Google's client imports, and that nothing of ours reaches on its way: they are run when somebody uses them.

A third of what it takes to import that client is cryptography, for service accounts, pyparsing, for logins by httplib2, and
asyncio, for accounts that are bound to a region.
"""

import sys
from importlib import import_module
from threading import Lock
from types import ModuleType
from typing import Any

_UNUSED = ("google.oauth2.service_account", "google.auth._regional_access_boundary_utils", "httplib2.auth")
_lock = Lock()


class _Later(ModuleType):
    """Stands in the place of a module until something of it is asked for."""

    def __getattr__(self, name: str) -> Any:
        """Import the module itself: this one has nothing of it.

        What any module is asked for by who looks through all of them, such as its file, is no use. One that this version of
        Google's library does not have has nothing.
        """
        if name.startswith("__"):
            raise AttributeError(name, name=name, obj=self)
        with _lock:
            if sys.modules.get(self.__name__) is self:
                del sys.modules[self.__name__]
        try:
            module = import_module(self.__name__)
        except ModuleNotFoundError as error:
            if error.name != self.__name__:
                raise
            raise AttributeError(name, name=name, obj=self) from error
        return getattr(module, name)


def put_off() -> None:
    """Have them wait for their first use. To be called before Google's client is imported; what is there already stays."""
    for name in _UNUSED:
        sys.modules.setdefault(name, _Later(name))
