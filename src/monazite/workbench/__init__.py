"""The chain end to end: each module chooses paths, opens the tables, calls the rooms, and returns their values.

One module for each thing a user asks for, so that a question loads only what it needs.
"""
