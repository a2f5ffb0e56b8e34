"""Extras: the packages that only some functions need, and what to install for them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def needs(package: str, extra: str, purpose: str) -> Iterator[None]:
    """Import a package that bpkit does not require; if it is not installed, say what to type.

    Parameters
    ----------
    package : str
        The package that the `with` statement imports.
    extra : str
        The extra of the distribution that installs it.
    purpose : str
        What the package is for, the beginning of the message.

    Raises
    ------
    ImportError
        When the package is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name != package:
            raise
        problem = f"{purpose} needs {package}, which is not installed"
        raise ImportError(f"{problem}; type: pip install 'bpkit-course[{extra}]'") from None
