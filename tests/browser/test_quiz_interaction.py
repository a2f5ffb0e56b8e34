"""The questions of a page: answered by pointer or keyboard, also where no script runs."""

import pytest
from accessibility_checks import barriers, too_wide
from open_pages import ALL_LAID_OUT, THEMES, TOC_PAGES, open_page, resize

from tools.project import CHAPTERS

WITH_QUESTIONS = [
    name for name in TOC_PAGES if (CHAPTERS / "questions" / f"{name[9:]}.toml").is_file()
]
OPEN = "() => document.querySelectorAll('.answer').forEach((answer) => { answer.open = true; })"


@pytest.mark.parametrize("name", WITH_QUESTIONS)
def test_every_answer_is_folded_until_it_is_chosen(name, page, address):
    """Four to six questions, named for screen readers; no reason is to be seen at first."""
    open_page(page, address, name)
    assert 4 <= page.get_by_role("group", name="Question").count() <= 6
    assert page.locator(".answer[open]").count() == 0
    assert not page.locator(".answer > :not(summary)").first.is_visible()


def test_the_keyboard_chooses_an_answer(page, address):
    """Tab leads from answer to answer, Enter and Space unfold one and fold it again."""
    open_page(page, address, "chapters/delta-recursion")
    question = page.get_by_role("group", name="Question 2")
    first, second = (question.locator(".answer").nth(k) for k in (0, 1))
    first.locator("summary").focus()
    page.keyboard.press("Enter")
    assert first.get_by_text("Not quite.").is_visible()
    page.keyboard.press("Tab")
    while not second.locator("summary").evaluate("(s) => s === document.activeElement"):
        page.keyboard.press("Tab")  # past the links of the reason
    page.keyboard.press("Space")
    assert second.get_by_text("Correct.").is_visible()
    assert first.get_by_text("Not quite.").is_visible()
    page.keyboard.press("Space")
    assert not second.get_by_text("Correct.").is_visible()


@pytest.mark.parametrize("name", WITH_QUESTIONS)
def test_no_barrier_among_open_answers_and_none_too_wide(name, page, address):
    """All reasons in sight, on a phone by day and on a desk by night."""
    open_page(page, address, name)
    page.evaluate(OPEN)
    page.add_style_tag(content=ALL_LAID_OUT)
    for width, theme in zip((390, 1280), THEMES, strict=True):
        resize(page, width, theme)
        assert barriers(page) == []
        assert too_wide(page) == []


def test_a_question_works_without_scripts(browser, address):
    """A click unfolds the reason where the browser runs no script at all."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}chapters/network.html")
    answer = page.locator(".answer").first
    answer.locator("summary").click()
    assert answer.get_by_text("Not quite.").is_visible()
    context.close()
