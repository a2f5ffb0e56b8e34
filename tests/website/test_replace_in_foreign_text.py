"""Edits of another project's text: each takes place, or is refused by name."""

import pytest

from tools.replace_in_foreign_text import replace_once


def test_the_text_that_occurs_once_is_replaced():
    """The rest stays as it was."""
    assert replace_once("a b c", "b", "d", file="theme.js") == "a d c"


@pytest.mark.parametrize(("text", "count"), [("a c", 0), ("a b b c", 2)])
def test_text_that_is_missing_or_repeated_is_refused(text, count):
    """The message names the file, what was searched for, and how often it was found."""
    with pytest.raises(
        ValueError, match=rf"theme\.js must contain 'b' exactly once; found {count} times"
    ):
        replace_once(text, "b", "d", file="theme.js")
