"""The files of the chapters are found in the checkout, or beside the notebook."""

import json

import pytest

from bpkit.course import chapter_data
from tools.project import CHAPTERS


@pytest.mark.parametrize("file", sorted(CHAPTERS.glob("*.json")), ids=lambda file: file.name)
def test_the_data_of_a_chapter_are_found_from_any_folder(file, tmp_path, monkeypatch):
    """Those of the course."""
    monkeypatch.chdir(tmp_path)
    assert chapter_data(file.name) == json.loads(file.read_text(encoding="utf-8"))


def test_a_file_beside_the_notebook_comes_first(tmp_path, monkeypatch):
    """A teacher may bring numbers of their own."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "speed.json").write_text("[1, 2]", encoding="utf-8")
    assert chapter_data("speed.json") == [1, 2]


def test_an_unknown_name_is_refused():
    """The message lists what the course has."""
    with pytest.raises(ValueError, match=r"one of accuracy\.json, .*; got 'sped\.json'"):
        chapter_data("sped.json")
