"""Edits of a text that may have changed, such as the theme's scripts or MathJax's output."""

from __future__ import annotations


def replace_once(text: str, old: str, new: str, *, file: str) -> str:
    """Return `text` with `old`, which must occur exactly once, replaced by `new`.

    Parameters
    ----------
    text : str
        The text to edit.
    old, new : str
        What the text must contain once, and its replacement.
    file : str
        Where the text is from, for the message.

    Returns
    -------
    str
        The edited text.

    Raises
    ------
    ValueError
        If `old` does not occur in the text, or occurs more than once: the text has changed since
        the edit was written, and the edit must be changed, too.
    """
    count = text.count(old)
    if count != 1:
        raise ValueError(f"{file} must contain {old!r} exactly once; found {count} times")
    return text.replace(old, new)
