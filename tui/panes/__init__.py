"""The panes: rows of text in a frame, drawn again when the run or the view changes.

Each is a subclass of `pane.Pane` that gets frozen snapshots from the app and asks for changes by
posting `Requested`. A pane of one file stands here; one that needs more has a folder.
"""
