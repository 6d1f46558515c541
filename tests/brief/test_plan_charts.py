"""Charts of a plan."""

from __future__ import annotations

import numpy as np
import pytest

from monazite.brief.draw import svg
from monazite.brief.plan_charts import bought, front_chart, lever_words, measures_chart, shares_chart
from monazite.core.values import Band, Stage
from monazite.plan.values import Kind, Lever


def test_what_is_bought_comes_in_the_order_it_is_there(planned, names):
    """150 t of stock at 10,000 USD at once, plants for 400 t at 20,000 half a year later."""
    assert [(v.name, t) for v, t, _ in bought(planned.together.joint)] == [
        ("stockpile JPN component", pytest.approx(150)),
        ("capacity IND component", pytest.approx(400)),
    ]
    chart = measures_chart(planned, names)
    assert [row[0] for row in chart.rows] == ["Stockpile of components in Japan", "Plants for components in India"]
    assert np.array([row[4] for row in chart.figures]) == pytest.approx([1.5, 8.0])
    assert "from quarter 3" in svg(chart, "measures")


def test_who_pays_whom(planned, names):
    """Alone 14 and 0; Japan's own part is 4.1 and it pays 8.95; in the end 13.05 and -0.95."""
    chart = shares_chart(planned, names)
    assert np.array([row[1:] for row in chart.figures]) == pytest.approx(
        np.array([[14, 4.1, 8.95, 13.05], [0, 8, -8.95, -0.95]])
    )
    drawn = svg(chart, "shares")
    assert "pays 8.95" in drawn
    assert "is paid 8.95" in drawn


def test_the_front_falls_from_no_lever_to_enough(planned, names):
    chart = front_chart(planned, names)
    assert [row[1] for row in chart.figures] == pytest.approx([0, 5, 9.5])
    losses = [row[2] for row in chart.figures]
    assert losses == sorted(losses, reverse=True)
    assert losses[0] == pytest.approx(20)
    assert "levers, million USD a year" in svg(chart, "front")


def test_every_kind_of_lever_has_its_words(names):
    said = [
        lever_words(Lever(kind, "JPN", Stage.METAL, Band(1, 1, 1), 1, 0, "test", supplier="MYS"), names)
        for kind in Kind
    ]
    assert len(set(said)) == len(Kind)
    assert all("metal" in one and "Japan" in one for one in said)
    assert "Malaysia" in said[list(Kind).index(Kind.OFFTAKE)]
