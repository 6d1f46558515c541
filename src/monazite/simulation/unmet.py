"""What users of minerals do not get, week by week: between the models of the chain and those of who depends on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from monazite.core.errors import ScenarioError
from monazite.core.values import Stage

__all__ = ["Unmet"]


@dataclass(frozen=True, slots=True, eq=False)
class Unmet:
    """What part of what users want of a mineral at a stage they do not get.

    `share` holds (draws, weeks, countries) by mineral and stage, 0 to 1; `countries` are ISO3. `use_t`, (countries,),
    is what each used before, by mineral and stage, where it is known.
    """

    countries: tuple[str, ...]
    share: Mapping[tuple[str, Stage], NDArray[np.float64]]
    use_t: Mapping[tuple[str, Stage], NDArray[np.float64]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shapes = {x.shape for x in self.share.values()}
        if len(shapes) != 1 or next(iter(shapes))[2:] != (len(self.countries),):
            what = f"arrays of shape {', '.join(map(str, sorted(shapes)))} for {len(self.countries)} countries"
            raise ScenarioError("unmet use", what, "give (draws, weeks, countries), all alike")
        if not all(((x >= 0) & (x <= 1)).all() for x in self.share.values()):
            raise ScenarioError("unmet use", "a share is outside 0 to 1", "give the part of what is wanted")

    @property
    def draws(self) -> int:
        """How many draws."""
        return len(next(iter(self.share.values())))

    @property
    def weeks(self) -> int:
        """How many weeks."""
        return int(next(iter(self.share.values())).shape[1])
