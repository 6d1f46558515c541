"""A plan -> what is told of it, as names and numbers: the JSON of the command and of the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from monazite.plan.planned import Planned
from monazite.plan.played import TOLERANCE, Check, Missed
from monazite.plan.sharing import Core
from monazite.plan.values import Plan
from monazite.plan.why import words

__all__ = ["told"]

_BAND = ("p10", "p50", "p90")


def told(planned: Planned) -> dict[str, Any]:
    """All of a plan; money in million USD over the plan's years, where it is not a year's."""
    together, problem = planned.together, planned.problem
    joint, chain = together.joint, problem.chain
    return {
        "mineral": chain.mineral,
        "partners": list(chain.partners),
        "base_year": chain.year,
        "years": joint.years,
        "plan": _summary(joint) | {"levers": list(_levers(planned))},
        "without": _summary(planned.without),
        "first": _first(planned),
        "outlook": [
            {"name": name, "probability": p, "loss_musd": loss, "loss_without_musd": bare, "regret_musd": regret}
            for name, p, loss, bare, regret in zip(
                problem.outlook.names,
                problem.outlook.probability.tolist(),
                joint.loss_musd.tolist(),
                planned.without.loss_musd.tolist(),
                planned.regret_musd.tolist(),
                strict=True,
            )
        ],
        "coalitions": [
            {"partners": list(plan.partners), "saved_musd": saved} | _summary(plan)
            for plan, saved in zip(together.plans, together.saved_musd[1:].tolist(), strict=True)
        ],
        "shares": [
            {
                "partner": partner,
                "alone_musd": float(together.alone_musd[i]),
                "shapley_musd": float(together.shapley_musd[i]),
                "nucleolus_musd": float(together.nucleolus_musd[i]),
                "borne_musd": float(together.borne_musd[i]),
                "pays_musd": float(together.payment_musd[i]),
            }
            for i, partner in enumerate(together.partners)
        ],
        "core": {
            "empty": together.nucleolus_core.empty,
            "epsilon_musd": together.nucleolus_core.epsilon,
            "would_leave_shapley": list(_leavers(together.shapley_core, together.partners)),
            "would_leave_nucleolus": list(_leavers(together.nucleolus_core, together.partners)),
        },
        "fronts": [{"partners": list(one[0].partners), "plans": [_summary(p) for p in one]} for one in planned.fronts],
        "robust": _robust(planned),
        "check": _check(planned),
        "scenarios": [
            {"title": s.title, "certainty": s.certainty, "origin": s.origin, "probability": p}
            for s, p in zip(planned.scenarios, planned.probabilities, strict=True)
        ],
        "choices": problem.choices,
        "parameters": planned.parameters,
        "not_shown": list(planned.not_shown),
        "no_loss_data": list(planned.no_loss_data),
        "sources": list(planned.sources),
    }


def _summary(plan: Plan) -> dict[str, Any]:
    return {
        "cost_musd": plan.cost_musd,
        "levers_musd_per_yr": plan.levers_musd_per_yr,
        "expected_loss_musd": plan.expected_loss_musd,
        "tail_loss_musd": plan.tail_loss_musd,
        "missing_weeks": float(plan.missing_weeks.max()),
        "gap": plan.gap,
    }


def _levers(planned: Planned) -> Iterator[dict[str, Any]]:
    joint = planned.together.joint
    rows = zip(joint.levers, joint.amount_t.tolist(), joint.worth_usd_per_t.tolist(), planned.urgency, strict=True)
    for lever, amount, worth, urgency in rows:
        yield {
            "lever": lever.name,
            "kind": lever.kind,
            "partner": lever.partner,
            "stage": lever.stage,
            "supplier": lever.supplier,
            "amount_t": amount,
            "limit_t": lever.limit_t,
            "lead_quarters": lever.lead_quarters,
            "cost_usd_per_t_yr": lever.cost_usd_per_t_yr,
            "cost_musd_per_yr": lever.cost_usd_per_t_yr.mid * amount * 1e-6,
            "next_tonne_saves_usd": worth,
            "first_dollar_saves_usd": float(urgency),
            "why": words(lever, worth, joint.years),
            "source": lever.source,
            "note": lever.note,
        }


def _first(planned: Planned) -> dict[str, Any] | None:
    """The lever to buy first; None where none pays."""
    if not len(planned.urgency) or planned.urgency.max() <= 1:
        return None
    best = int(np.argmax(planned.urgency))
    return {"lever": planned.together.joint.levers[best].name, "dollar_saves_usd": float(planned.urgency[best])}


def _leavers(found: Core, partners: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    for coalition, complaint in zip(found.leavers, found.complaint, strict=True):
        names = [p for i, p in enumerate(partners) if coalition >> i & 1]
        yield {"partners": names, "short_of_musd": complaint}


def _check(planned: Planned) -> dict[str, Any] | None:
    """The plan by the programme and by the weekly chain: unmet use and unsold goods, and what differs."""
    found, chain = planned.check, planned.problem.chain
    if found is None:
        return None

    def side(missed: tuple[Missed, Missed]) -> dict[str, Any]:
        without, plan = (np.percentile(m.worth_musd, (10, 50, 90)).tolist() for m in missed)
        places = [(p, s) for p in range(len(chain.partners)) for s in range(len(chain.stages))]
        return {
            "without_musd": dict(zip(_BAND, without, strict=True)),
            "with_plan_musd": dict(zip(_BAND, plan, strict=True)),
            "places": [
                {"partner": chain.partners[p], "stage": chain.stages[s]}
                | {
                    f"{what}_{when}_t": float(getattr(m, f"{what}_t")[:, p, s].mean())
                    for what in ("unmet", "unsold")
                    for when, m in zip(("without", "with_plan"), missed, strict=True)
                }
                for p, s in places
                if max(m.unmet_t[:, p, s].max() + m.unsold_t[:, p, s].max() for m in missed) >= 1
            ],
        }

    return {
        "agrees": found.agrees,
        "tolerance": TOLERANCE,
        "programme": side(found.programme) | {"avoided_musd": found.programme_avoided_musd},
        "central": side(found.central) | {"avoided_musd": found.central_avoided_musd},
        "chain": side(found.chain) | {"avoided_musd": found.avoided_musd},
        "shared_musd": dict(zip(("without", "with_plan"), found.shared_musd, strict=True)),
        "draws": found.draws,
        "seed": found.seed,
        "not_played": found.not_played,
        "reasons": list(_reasons(found)),
    }


def _reasons(found: Check) -> Iterator[str]:
    """Why programme and chain differ, as far as they do."""
    if not found.agrees:
        yield "makers and buyers in the chain answer to the levers; the programme counts with what they do without"
    if max(found.shared_musd) >= 0.05:
        without, plan = found.shared_musd
        yield f"passing on to each other avoids {without:,.1f} without the plan, {plan:,.1f} with it: not in the chain"
    for name in found.not_played:
        yield f"{name} is not in the chain: nothing is made there before that could grow"


def _robust(planned: Planned) -> dict[str, Any] | None:
    found = planned.robust
    if found is None:
        return None
    return {
        "draws": found.draws,
        "seed": found.seed,
        "cost_musd": dict(zip(_BAND, found.cost_musd.tolist(), strict=True)),
        "without_musd": dict(zip(_BAND, found.without_musd.tolist(), strict=True)),
        "levers": [
            {"lever": lever.name, "bought_share": share, "amount_t": dict(zip(_BAND, amount, strict=True))}
            for lever, share, amount in zip(
                planned.problem.levers, found.bought_share.tolist(), found.amount_t.T.tolist(), strict=True
            )
        ],
    }
