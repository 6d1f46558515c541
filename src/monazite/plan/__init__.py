"""SupplyNetwork x scenarios x levers -> what partners should do, alone and together, and how to share it. Pure."""
