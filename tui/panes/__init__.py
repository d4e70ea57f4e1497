"""The panes: what a moment of a run looks like, each in rows of text.

`Rows` draws and repaints what changed, `Pane` adds a frame and a focus. A pane gets the frozen
`Snapshot` and `View`, and asks for what it wants by posting `Requested`.
"""
