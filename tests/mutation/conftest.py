"""What the tests of the mutation tool share: a small project."""

import pytest
from helpers.small_project import Project


@pytest.fixture
def project(tmp_path):
    """Make a project of two functions of which one is tested, without mutants yet."""
    return Project(tmp_path)
