"""`python -m monazite`: the command, where no script is on the path."""

from monazite.cli.main import main

main()
