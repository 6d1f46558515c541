"""Network and tables -> risk measures, one function each. Pure."""
