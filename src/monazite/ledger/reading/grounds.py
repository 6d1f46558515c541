"""What a measure takes from beyond its own sentence -> the quotations that say so; what none says is left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from monazite.ledger.drafts import Step
from monazite.ledger.reading.actors import Name
from monazite.ledger.reading.clauses import quote
from monazite.ledger.reading.scene import Passage, Scene
from monazite.ledger.values import Evidence

if TYPE_CHECKING:
    from spacy.tokens import Span

__all__ = ["headline", "sentence_at", "with_grounds"]


def with_grounds(scene: Scene, sentence: Span, step: Step) -> Step:
    """The step with the quotation of each side that its own sentence does not name, without the sides none names."""
    passage = scene.passages[step.passage]
    own = {c for n in passage.named(max(sentence.start_char, passage.lead), sentence.end_char) for c in n.codes}
    beyond = {*step.imposer, *step.target} - own
    found = {c: e for c in sorted(beyond) if (e := _naming(scene, step, sentence, c)) is not None}
    lost = beyond - found.keys()
    return replace(
        step,
        imposer=tuple(c for c in step.imposer if c not in lost),
        target=tuple(c for c in step.target if c not in lost),
        support=tuple(dict.fromkeys((*step.support, *found.values()))),
    )


def headline(scene: Scene) -> Evidence | None:
    """The quotation of a report's headline; None where its text does not hold it."""
    title, text = scene.report.title, scene.report.text
    start = text.find(title) if title else -1
    return Evidence(scene.report.id, start, start + len(title), title) if start >= 0 else None


def sentence_at(scene: Scene, passage: Passage, start: int) -> Evidence:
    """The quotation of the sentence that holds a character of a passage."""
    return quote(scene, passage, next(s for s in passage.doc.sents if start < s.end_char))


def _naming(scene: Scene, step: Step, sentence: Span, code: str) -> Evidence | None:
    """The sentence that names a side: the last before the measure, else the headline, else the first after it."""

    def meant(name: Name) -> bool:
        return name.acts and (code in name.codes or any(code in scene.members.get(c, ()) for c in name.codes))

    def places() -> Iterator[tuple[bool, int, int]]:
        for number, passage in enumerate(scene.passages):
            for name in passage.names:
                if name.start >= passage.lead and meant(name):
                    yield (number, name.start) < (step.passage, sentence.start_char), number, name.start

    before = [place for place in places() if place[0]]
    if not before and any(map(meant, scene.heading)) and (told := headline(scene)):
        return told
    _, number, start = max(before) if before else min(places(), default=(False, -1, 0))
    return sentence_at(scene, scene.passages[number], start) if number >= 0 else None
