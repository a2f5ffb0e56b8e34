"""The Sphinx extension of the course: it loads and configures the others, and connects ours."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlsplit

from sphinx.application import Sphinx
from sphinx.config import Config

from tools.slides import slide_pages
from tools.website import (
    docstring_equation_links,
    markdown_download,
    notebook_downloads,
    page_metadata,
    postprocess,
    render_math,
    run_bar,
)
from tools.website.explorer import insert_explorer

# Jupyter Book's own list without sphinx_thebe, which names another host on each page, and without
# sphinx.ext.intersphinx; then those that the course adds.
EXTENSIONS = (
    "sphinx_togglebutton",
    "sphinx_copybutton",
    "myst_nb",
    "jupyter_book",
    "sphinx_comments",
    "sphinx_external_toc",
    "sphinx_design",
    "sphinx_book_theme",
    "sphinxcontrib.bibtex",
    "sphinx.ext.autodoc",
    "numpydoc",
    "notfound.extension",
)
NOT_FOUND = """<h1>Page not found</h1>
<p>The address may be old or mistyped.
Use the menu or the search to find the page.</p>"""
SETTINGS = {
    "notfound_context": {"title": "Page not found", "body": NOT_FOUND},
    "nb_ipywidgets_js": {},
    "nb_render_markdown_format": "myst",
    # Of an output in Markdown and in HTML, the site takes the one in which it renders the formulas.
    "nb_mime_priority_overrides": [["*", "text/markdown", 0]],
    "nb_code_prompt_show": "Show the check of the solution",
    "nb_code_prompt_hide": "Hide the check of the solution",
    # The API reference: docstrings give the types in words, so signatures need not repeat them.
    "autodoc_typehints": "none",
    "autodoc_preserve_defaults": True,  # as they are written: np.float64
    "autodoc_member_order": "bysource",
    "numpydoc_show_class_members": False,
    "default_role": "literal",  # `z` in a docstring is code
    "html_math_renderer": "typeset",
    # Only labeled equations carry numbers, counted through the book and cited as (7).
    "math_number_all": False,
    "math_eqref_format": "({number})",
    "bibtex_default_style": "plain",
}
THEME_OPTIONS = {
    "use_fullscreen_button": False,  # browsers have one
    "navbar_persistent": [],  # or there are two search buttons
    "show_toc_level": 3,  # the keyboard cannot reach what opens and closes while a page scrolls
}
EARLY, LATE = 1, 900  # before and after what other extensions do at the same event
BEFORE_NUMPYDOC = 400  # the docstring is still as it was written; numpydoc takes it apart at 500


def configure(_app: Sphinx, config: Config) -> None:
    """Set the options that `_config.yml` does not set."""
    for name, value in SETTINGS.items():
        setattr(config, name, value)
    config.html_css_files = sorted(config.html_css_files)  # else in the order of the file system
    config.html_context["default_mode"] = "auto"
    options = config.html_theme_options
    options.update(THEME_OPTIONS)
    options["logo"] = {"text": config.html_title}
    has_repository = bool(options["repository_url"])
    options["use_repository_button"] = options["use_issues_button"] = has_repository
    # Links of 404.html start at the root of the site, wherever a wrong address pointed.
    config.notfound_urls_prefix = urlsplit(config.html_baseurl).path.rstrip("/") + "/"


def add_math_renderer(app: Sphinx) -> None:
    """Let Sphinx write formulas as HTML, under the name that `html_math_renderer` asks for."""
    renderer = render_math.MathRenderer()
    app.add_html_math_renderer("typeset", (renderer.inline, None), (renderer.block, None))
    app.connect("env-updated", renderer.render_book)
    app.add_css_file("typeset.css")


def setup(app: Sphinx) -> dict[str, Any]:
    """Load the other extensions, and connect the functions of ours with Sphinx's events."""
    for name in EXTENSIONS:
        app.setup_extension(name)
    # `make site` sets it; a change rewrites every page.
    wanted = bool(os.environ.get("RUN_IN_BROWSER"))
    app.add_config_value("run_in_browser", wanted, "html", [bool])
    add_math_renderer(app)

    app.connect("config-inited", configure, priority=EARLY)
    app.connect("config-inited", run_bar.hide_launch_links)
    app.connect("builder-inited", run_bar.add_tag)
    app.connect(
        "autodoc-process-docstring",
        docstring_equation_links.link_equations,
        priority=BEFORE_NUMPYDOC,
    )

    app.connect("doctree-resolved", run_bar.add_buttons)
    app.connect("doctree-resolved", insert_explorer.insert_explorer)

    app.connect("html-page-context", run_bar.add_script)
    app.connect("html-page-context", insert_explorer.add_script)
    app.connect("html-page-context", page_metadata.add_metadata, priority=LATE)
    app.connect("html-page-context", markdown_download.add_markdown_download, priority=LATE)
    app.connect("html-page-context", slide_pages.add_slides_button, priority=LATE + 1)

    app.connect("build-finished", insert_explorer.copy_scripts)
    app.connect("build-finished", notebook_downloads.write_downloads)
    app.connect("build-finished", postprocess.postprocess_site, priority=LATE)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
