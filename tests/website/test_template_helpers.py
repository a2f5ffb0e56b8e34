"""What several modules give a page's template."""

import pytest

from tools.website.template_helpers import add_to_head, path_to_root


def test_the_head_keeps_what_it_has():
    """Tags are appended in the order of the calls; the first finds none."""
    context = {}
    add_to_head(context, "<a>")
    add_to_head(context, "<b>")
    assert context == {"metatags": "<a><b>"}


@pytest.mark.parametrize(("page", "path"), [("index", ""), ("chapters/cost", "../")])
def test_the_path_to_the_root_has_a_step_for_each_folder(page, path):
    """It is empty for a page that is at the root itself."""
    assert path_to_root(page) == path
