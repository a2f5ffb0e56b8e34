"""Show on the site what depends on the repository's address, once that is set."""

from sphinx.application import Sphinx
from sphinx.config import Config


def show_repository(_app: Sphinx, config: Config) -> None:
    """Show the buttons that lead to the repository if `_config.yml` gives its address."""
    options = config.html_theme_options
    options["use_repository_button"] = options["use_issues_button"] = bool(
        options["repository_url"]
    )


def setup(app: Sphinx) -> dict[str, bool]:
    """Let Sphinx call the function above once it has read the configuration."""
    app.connect("config-inited", show_repository)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
