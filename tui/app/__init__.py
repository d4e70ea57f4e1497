"""The program on the screen: what keys do, which panes lie where, and the run between them.

`keys` is the table of commands, `controller` does what is asked of the run and shows it, `playback`
and `choosing` say what to ask of it, `prompts` opens boxes, `app` puts all of it together.
"""
