"""A ledger's measures, or a file a person wrote -> Scenario. Pure."""
