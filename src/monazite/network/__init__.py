"""Tables -> SupplyNetwork: stages x countries, arcs, routes. Pure."""
