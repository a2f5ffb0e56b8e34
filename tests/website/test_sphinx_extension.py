"""The Sphinx extension: what `_config.yml` gives decides which buttons and addresses there are."""

from types import SimpleNamespace

import pytest

from tools.website.sphinx_extension import EARLY, EXTENSIONS, SETTINGS, configure, setup


def config(repository="", baseurl=""):
    """Return what Jupyter Book reads from a `_config.yml` that gives these two addresses."""
    return SimpleNamespace(
        html_theme_options={"repository_url": repository},
        html_context={},
        html_css_files=["b.css", "a.css"],
        html_title="A course",
        html_baseurl=baseurl,
    )


@pytest.mark.parametrize(("address", "shown"), [("", False), ("https://host.example/a/b", True)])
def test_buttons_of_the_repository_wait_for_its_address(address, shown):
    """They are hidden while there is no repository that they could lead to."""
    course = config(repository=address)
    configure(None, course)
    options = course.html_theme_options
    assert (options["use_repository_button"], options["use_issues_button"]) == (shown, shown)


@pytest.mark.parametrize(
    ("address", "prefix"), [("", "/"), ("https://host.example/course/", "/course/")]
)
def test_the_page_for_a_wrong_address_links_from_the_root_of_the_site(address, prefix):
    """Wherever the wrong address pointed."""
    course = config(baseurl=address)
    configure(None, course)
    assert course.notfound_urls_prefix == prefix


def test_style_sheets_are_loaded_in_the_same_order_on_every_machine():
    """By name, and not as the file system lists them."""
    course = config()
    configure(None, course)
    assert course.html_css_files == ["a.css", "b.css"]


def test_one_setup_connects_everything():
    """Each extension is loaded once, and settings are made before another extension reads them."""
    loaded, connected = [], []
    app = SimpleNamespace(
        setup_extension=loaded.append,
        connect=lambda event, function, priority=500: connected.append((event, function, priority)),
        add_config_value=lambda *_: None,
        add_html_math_renderer=lambda name, *_: loaded.append(name),
        add_css_file=lambda *_: None,
    )
    setup(app)
    assert loaded == [*EXTENSIONS, SETTINGS["html_math_renderer"]]
    assert ("config-inited", configure, EARLY) in connected
    assert len({function for _, function, _ in connected}) == len(connected)
