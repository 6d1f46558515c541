"""The browser, programs and assistants: parse, make one workbench call, render. Loaded only by `monazite serve`."""
