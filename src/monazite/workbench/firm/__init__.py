"""A firm's own list of purchases, from a file of any shape, and what it depends on."""
