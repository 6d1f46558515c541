"""The tests, a package by name: a peer of the models brings a package of the same name along."""
