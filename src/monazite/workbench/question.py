"""What can be asked about several buyers or years at once; apart, for it loads nothing."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Question"]


@dataclass(frozen=True, slots=True)
class Question:
    """What to compare a buyer's dependence on `through` with; '' stands for the mineral's largest producer.

    `against` are other years of the buyer, or other buyers in its year; `partners` join the buyer as one coalition.
    """

    buyer: str
    year: int | None = None
    through: str = ""
    against: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
