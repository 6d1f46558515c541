"""The nouns every room shares: sources, bands, places, materials, errors. Pure; imports no room."""
