"""`python -m monazite`: the command, where no script is on the path."""

from __future__ import annotations

from monazite.cli.main import main

__all__: list[str] = []

if __name__ == "__main__":
    main()
