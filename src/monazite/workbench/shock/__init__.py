"""A scenario, from the library or one's own, played through market, chain and industries."""
