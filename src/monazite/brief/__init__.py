"""Any result -> charts, tables, HTML. Pure but for `assets`, which reads the packaged template, fonts and script."""
