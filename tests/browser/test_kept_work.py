"""Kept work: edited cells and chosen answers stay on this device until the reader starts over."""

import re
from urllib.parse import urljoin

import pytest
from accessibility_checks import barriers
from page_problems import page_problems
from run_in_page import edit, need_run_buttons, press, run_bar_button, run_page, wait_for

CHAPTER = "chapters/network"
BREAK_STORAGE = {
    "blocked": """Object.defineProperty(window, "localStorage", {
      configurable: true, get() { throw new DOMException("blocked", "SecurityError"); } });""",
    "full": "Storage.prototype.setItem = () => { throw new DOMException('full'); };",
    "silent": "Storage.prototype.setItem = () => {};",
}

STORED = """() => JSON.stringify(
  Object.entries(localStorage).filter(([key]) => key.startsWith("kept-work")).sort())"""


@pytest.fixture
def chapter(page, address):
    """Open a chapter that has questions and cells."""
    page.goto(f"{address}{CHAPTER}.html")
    return page


@pytest.fixture
def editable(chapter, site):
    """Return the chapter after a run was begun and stopped, so that its cells can be edited."""
    need_run_buttons(site)
    begin(chapter)
    return chapter


def begin(page):
    """Begin a run without Python, and stop it when the cells have their buttons."""
    page.route("**/worker.js", lambda route: route.fulfill(content_type="text/javascript", body=""))
    press(page, "Run this page")
    page.get_by_label("Run cell 2", exact=True).wait_for()
    press(page, "Stop")
    page.unroute("**/worker.js")


def answer(page, question, nth):
    """Return an answer of a question, both counted from 1."""
    return page.get_by_role("group", name=f"Question {question}").locator(".answer").nth(nth - 1)


def choose(page, question, nth):
    """Choose an answer, and wait until the page has taken note."""
    chosen = answer(page, question, nth)
    chosen.locator("summary").click()
    page.locator(".kept-work").wait_for()


def opened(page):
    """Return how many answers are unfolded."""
    return page.locator(".answer[open]").count()


def code(page, nth):
    """Return the text field of a cell."""
    return page.get_by_label(f"Code of cell {nth}", exact=True)


def reload(page):
    """Reload a page, once what it stored has reached the browser's other processes."""
    other = page.context.new_page()
    other.goto(urljoin(page.url, "bibliography.html"))
    other.wait_for_function(f"(stored) => ({STORED})() === stored", arg=page.evaluate(STORED))
    other.close()
    page.reload()


def start_over(page, *, agree):
    """Press the button that is in sight; return what the page asked, and say yes or no."""
    asked = []

    def reply(dialog):
        asked.append(dialog.message)
        dialog.accept() if agree else dialog.dismiss()

    page.once("dialog", reply)
    page.get_by_role("button", name="Start over").last.click()
    return asked[0]


# Answers


def test_an_answer_survives_a_reload(chapter):
    """Those chosen are unfolded again, the others are not, and the page says where they are."""
    assert not chapter.locator(".kept-work").is_visible()
    choose(chapter, 2, 1)
    choose(chapter, 2, 3)
    reload(chapter)
    assert answer(chapter, 2, 1).get_by_text(re.compile("^(Correct|Not quite)")).is_visible()
    assert answer(chapter, 2, 3).get_attribute("open") is not None
    assert opened(chapter) == 2
    assert "kept on this device only" in chapter.locator(".kept-work").inner_text()


def test_an_answer_folded_again_is_forgotten(chapter):
    """And with the last one goes the note."""
    choose(chapter, 1, 2)
    answer(chapter, 1, 2).locator("summary").click()
    chapter.locator(".kept-work").wait_for(state="hidden")
    reload(chapter)
    assert opened(chapter) == 0


def test_other_pages_keep_their_own(chapter, address):
    """An answer of one chapter is no answer of another, and is there on the way back."""
    choose(chapter, 1, 1)
    chapter.goto(f"{address}chapters/delta-recursion.html")
    chapter.wait_for_load_state("networkidle")
    assert opened(chapter) == 0
    chapter.goto(f"{address}{CHAPTER}.html")
    assert opened(chapter) == 1


def test_an_answer_to_a_question_that_has_changed_is_not_put_back(chapter):
    """One word more in the question, or in a reason, and it is another question."""
    choose(chapter, 1, 1)
    choose(chapter, 2, 1)
    chapter.route("**/network.html", add_word_to_first_question)
    reload(chapter)
    assert opened(chapter) == 1
    assert answer(chapter, 2, 1).get_attribute("open") is not None


def add_word_to_first_question(route):
    """Send the page with one word more in its first question."""
    first = '<div aria-label="Question 1" class="question" role="group">'
    body = route.fetch().text()
    assert body.count(first) == 1
    route.fulfill(body=body.replace(first, f"{first}new"), content_type="text/html")


def test_starting_over_forgets_the_answers_after_a_question(chapter):
    """No keeps them, yes folds them, and a reload brings none back."""
    choose(chapter, 1, 1)
    choose(chapter, 3, 2)
    assert "will forget 2 answers." in start_over(chapter, agree=False)
    assert opened(chapter) == 2
    start_over(chapter, agree=True)
    assert opened(chapter) == 0
    assert not chapter.locator(".kept-work").is_visible()
    reload(chapter)
    assert opened(chapter) == 0
    assert chapter.evaluate("Object.keys(localStorage).filter((key) => /kept/.test(key))") == []


def test_answers_are_kept_for_a_page_opened_as_a_file(page, site):
    """The script is no module."""
    page.goto((site / f"{CHAPTER}.html").as_uri())
    choose(page, 1, 1)
    reload(page)
    assert opened(page) == 1


def test_the_note_is_no_barrier(chapter):
    """By the rules of axe-core."""
    choose(chapter, 1, 1)
    assert barriers(chapter) == []


# Edits


def test_an_edit_survives_a_reload_and_runs(editable):
    """It is in its text field before any run, said to be on this device, and it is what runs."""
    edit(editable, 4, "print('mine')")
    reload(editable)
    code(editable, 4).wait_for()
    assert code(editable, 4).input_value() == "print('mine')"
    assert editable.locator("textarea").count() == 1
    editable.get_by_text("your version, not run yet").wait_for()
    editable.get_by_text("Your edits are kept on this device only.").wait_for()
    loaded = "performance.getEntriesByType('resource').map((entry) => entry.name)"
    assert not [name for name in editable.evaluate(loaded) if "pyodide" in name]
    assert "1 your version" in run_page(editable)


def test_undoing_an_edit_asks_first_and_forgets_it(editable):
    """Nothing is asked if nothing was changed."""
    press(editable, "Edit cell 2")
    press(editable, "Undo edit of cell 2")
    edit(editable, 2, "print('mine')")
    editable.once("dialog", lambda dialog: dialog.dismiss())
    press(editable, "Undo edit of cell 2")
    assert code(editable, 2).input_value() == "print('mine')"
    editable.once("dialog", lambda dialog: dialog.accept())
    press(editable, "Undo edit of cell 2")
    assert code(editable, 2).count() == 0
    reload(editable)
    assert editable.locator("textarea").count() == 0
    assert not run_bar_button(editable, "Start over").is_visible()


def test_starting_over_forgets_edits_and_answers(editable):
    """Both are counted in the question, and neither comes back."""
    before = editable.locator("#cell-2").count()
    edit(editable, 2, "print('mine')")
    choose(editable, 1, 1)
    assert "will forget 1 edited cell and 1 answer." in start_over(editable, agree=False)
    assert (editable.locator("textarea").count(), opened(editable)) == (1, 1)
    start_over(editable, agree=True)
    assert (editable.locator("textarea").count(), opened(editable)) == (0, 0)
    reload(editable)
    assert (editable.locator("textarea").count(), opened(editable)) == (0, 0)
    assert editable.locator("#cell-2").count() == before


def change_code(route):
    """Send the notebook with another code in its second cell that has code."""
    notebook = route.fetch().json()
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    cells[1]["source"] = ["print('new text of the author')"]
    route.fulfill(json=notebook)


def test_a_cell_whose_text_has_changed_does_not_get_the_old_edit(editable):
    """The edit is shown above the chapter, to copy or to forget; other edits are put back."""
    edit(editable, 2, "print('mine')")
    edit(editable, 3, "print('third')")
    editable.route("**/network.ipynb", change_code)
    reload(editable)
    code(editable, 3).wait_for()
    assert editable.locator("textarea").count() == 1
    earlier = editable.locator(".run-earlier")
    earlier.locator("summary").click()
    assert earlier.locator("pre").all_inner_texts() == ["print('mine')"]
    editable.once("dialog", lambda dialog: dialog.accept())
    press(editable, "Forget them")
    assert earlier.count() == 0
    reload(editable)
    code(editable, 3).wait_for()
    assert earlier.count() == 0


def test_edits_that_cannot_be_shown_are_said_to_be_kept(editable):
    """Without the notebook they wait for it."""
    edit(editable, 2, "print('mine')")
    editable.route("**/network.ipynb", lambda route: route.abort())
    reload(editable)
    wait_for(editable, "Your edits are kept, but cannot be shown now")
    page_problems(editable)
    editable.unroute("**/network.ipynb")
    reload(editable)
    code(editable, 2).wait_for()


def test_an_open_edit_and_its_note_are_no_barrier(editable):
    """By the rules of axe-core, the edits of an earlier version among them."""
    edit(editable, 2, "print('mine')")
    edit(editable, 3, "print('third')")
    editable.route("**/network.ipynb", change_code)
    reload(editable)
    editable.locator(".run-earlier summary").click()
    assert barriers(editable) == []


# Without storage


@pytest.mark.parametrize("kind", BREAK_STORAGE)
def test_storage_that_stores_nothing_does_no_harm(kind, page, address):
    """Answers unfold and can be folded all at once; the page says that nothing is kept."""
    page.add_init_script(BREAK_STORAGE[kind])
    page.goto(f"{address}{CHAPTER}.html")
    choose(page, 1, 1)
    assert "not kept: this browser stores nothing" in page.locator(".kept-work").inner_text()
    start_over(page, agree=True)
    assert opened(page) == 0
    page.locator(".search-button-field").click()  # the scripts of the theme have not ended, either
    assert page.get_by_role("searchbox").is_visible()


@pytest.mark.parametrize("kind", BREAK_STORAGE)
def test_an_edit_that_is_not_stored_is_not_left_without_a_question(kind, page, address, site):
    """The browser asks before it leaves the page; the edit runs as any other."""
    need_run_buttons(site)
    page.add_init_script(BREAK_STORAGE[kind])
    page.goto(f"{address}{CHAPTER}.html")
    begin(page)
    edit(page, 2, "print('mine')")
    page.get_by_text("Your edits are not kept: this browser stores nothing.").wait_for()
    with page.expect_event("dialog") as asked:
        page.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    asked.value.dismiss()


def test_slides_start_where_storage_is_blocked(page, address):
    """They look for the reader's choice of colors there."""
    page.add_init_script(BREAK_STORAGE["blocked"])
    page.goto(f"{address}slides/delta-recursion.html")
    page.wait_for_function("() => Reveal.isReady()")
