"""Plain text as paragraphs and lists: nobody types markup, and templates escape what they show."""

from dataclasses import dataclass
from itertools import groupby

DASH = "- "


@dataclass(frozen=True)
class Block:
    """A paragraph, as its lines, or a list, as its points."""

    lines: tuple[str, ...]
    is_list: bool = False


def blocks_of(text: str) -> list[Block]:
    """An empty line ends a paragraph; lines that begin with a dash are a list."""
    blocks = []
    for part in text.replace("\r\n", "\n").split("\n\n"):
        lines = [line.strip() for line in part.split("\n") if line.strip()]
        for is_list, group in groupby(lines, lambda line: line.startswith(DASH)):
            blocks.append(Block(tuple(line.removeprefix(DASH).strip() for line in group), is_list))
    return blocks
