"""The command line: parse, make one workbench call, render."""
