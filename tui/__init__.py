"""The screen and the commands of napkin-net."""

PROGRAM = "napkin-net"
"""What the command is called."""
