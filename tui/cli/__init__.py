"""The commands: `napkin-net`, and its `train`, `data` and `export`.

`main` finds the command and imports only what it takes, so that each starts at once.
"""
