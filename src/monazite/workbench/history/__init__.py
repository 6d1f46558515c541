"""The models held against what happened, and what earlier falls teach."""
