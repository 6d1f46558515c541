"""How many threads matrix products take."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache

from threadpoolctl import ThreadpoolController

__all__ = ["one_for_products"]


def one_for_products() -> AbstractContextManager[object]:
    """A block in which BLAS takes one thread: in small products threads wait for each other longer than they work."""
    limited: AbstractContextManager[object] = _found().limit(limits=1, user_api="blas")
    return limited


@cache  # looking for the libraries takes longer than a product
def _found() -> ThreadpoolController:
    return ThreadpoolController()
