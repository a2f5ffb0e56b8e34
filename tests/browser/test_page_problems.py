"""The watch over a page: what must not happen there is seen when it does."""

import pytest
from page_problems import page_problems

WRONG = {
    "console.error('broken')": "console: broken",
    "setTimeout(() => { throw Error('broken') })": "error: broken",
    "fetch('https://elsewhere.example/a.js').catch(() => 0)": "foreign request: https://elsewhere",
    "fetch('no-such-file.json')": "404: http://127.0.0.1",
}


@pytest.mark.parametrize("script", WRONG)
def test_what_goes_wrong_on_a_page_is_seen(script, page, address):
    """An error, a foreign request and a missing file are each written down."""
    page.goto(f"{address}_static/logo.svg")  # it has no policy that would stop what follows
    page_problems(page)
    page.evaluate(f"() => {{ {script} }}")
    page.wait_for_load_state("networkidle")
    assert any(WRONG[script] in problem for problem in page_problems(page))
