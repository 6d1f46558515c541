"""What of a page is text: blocks with exact offsets; headings, navigation, captions and keyword lists set apart."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monazite.ledger.reading.text import LONGEST_BLOCK, blocks, dateline
from monazite.ledger.vocabulary import load_vocabulary

WORDS = load_vocabulary()


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Leave a Reply", "navigation"),
        ("Exit mobile version", "navigation"),
        ("Also read: Chile signs lithium accord", "navigation"),
        ("Subscribe to our newsletter for more.", "navigation"),
        ("* * *", "navigation"),
        ("The two ministers in Lima. Image courtesy: RNA", "caption"),
        ("New Delhi:", "dateline"),
        ("Next round of talks in 2026", "heading"),
        ("What are the major outcomes?", "heading"),
        ("lithium Chile, copper Peru, Andes minerals, Chile Peru talks, mining treaty 2025", "keywords"),
        ("The two sides agreed to meet again.", "body"),
        ("“Today we launched the dialogue,” he said.", "body"),
        ("- establish a working group;", "item"),
    ],
)
def test_kind(line: str, kind: str) -> None:
    (block,) = blocks(line, WORDS)
    assert block.kind == kind


def test_offsets_skip_the_bullet_and_the_dateline() -> None:
    text = "SEOUL, June 3 (Agency) - Korea agreed to buy ore.\n• resume talks;\n"
    found = {b.kind: text[b.start : b.end] for b in blocks(text, WORDS)}
    assert found["body"] == "Korea agreed to buy ore."
    assert found["item"] == "resume talks;"


@pytest.mark.parametrize(
    ("line", "has"),
    [
        ("BEIJING, Dec 3 (Reuters) - China banned", True),
        ("Jakarta - President Widodo said", True),
        ("Brussels, 4 July 2024. The Commission", True),
        ("China - which mines most of it - will", False),
        ("The talks: a summary", False),
    ],
)
def test_dateline(line: str, has: bool) -> None:
    assert (dateline(line) is not None) is has


def test_lines_wrapped_at_a_width_are_one_paragraph() -> None:
    text = (
        "The ministers of the two countries met on Monday and agreed to set up a\n"
        "joint working group on battery minerals, which is to meet for the first\n"
        "time in the spring and will report to them once a year."
    )
    (block,) = blocks(text, WORDS)
    assert (block.start, block.end) == (0, len(text))


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=400))
def test_blocks_are_in_order_apart_and_not_blank(text: str) -> None:
    found = blocks(text, WORDS)
    assert all(text[b.start : b.end].strip() for b in found)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))


def test_a_long_block_is_cut() -> None:
    text = "word " * 5_000 + "."
    assert max(b.end - b.start for b in blocks(text, WORDS)) <= LONGEST_BLOCK
