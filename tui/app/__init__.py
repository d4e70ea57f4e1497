"""The app: keys, layout, and the controller that alone touches the run.

`NapkinApp` composes the panes; a key, a click on the footer and the palette all come to one table,
`COMMANDS`, and what a command does to the run is done by the `Controller` between two steps.
"""
