"""The Content-Security-Policy: it allows the scripts of its page, and no others."""

from bs4 import BeautifulSoup

from tools.website.content_security_policy import policy, script_hash


def parse(html):
    """Parse a page."""
    return BeautifulSoup(html, "html.parser")


def test_a_policy_names_the_scripts_of_its_page_and_no_others():
    """Another script in the page is another policy; one from a file is not named."""
    page = parse("<script>one()</script><script src='two.js'></script>")
    assert policy(page).count("sha256-") == 1
    assert policy(page) != policy(parse("<script>other()</script>"))
    assert script_hash("") == "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
