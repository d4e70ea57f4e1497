"""The data pane: all images as small pictures, each with its error."""
