"""The card that social networks show with a link to the course."""
from pathlib import Path


def draw(title: str, path: Path) -> None:
    """Draw the card."""
