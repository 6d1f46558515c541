"""One stage of one mineral over one year: who goes short, who steps in, at what price, for many draws at once.

Importers choose among exporters with constant elasticity of substitution (Armington 1969; the partial-equilibrium
form of Francois and Hall 2003), exporters supply along a rising curve that flattens at their spare capacity, and
every exporter's market clears. Bans, quotas and stated flows are constraints with a shadow price; a tariff is paid on
top of the seller's price.
"""

from monazite.simulation.market.clearing import TOLERANCE, clear, cleared
from monazite.simulation.market.links import with_latent_links
from monazite.simulation.market.surplus import welfare
from monazite.simulation.market.values import Clearing, Draws, Market, Welfare

__all__ = [
    "TOLERANCE",
    "Clearing",
    "Draws",
    "Market",
    "Welfare",
    "clear",
    "cleared",
    "welfare",
    "with_latent_links",
]
