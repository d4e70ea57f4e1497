"""The program on the screen: keys, layout, and the controller of the run.

`keys` is the table of commands, `controller` does what is asked of the run and shows it, `playback`
and `choosing` say what to ask of it, `prompts` opens boxes, `app` puts all of it together.
"""
