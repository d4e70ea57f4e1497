"""Words: numbers as the screen writes them, and what commentary says of each fact.

A fact of `core.commentary` has its words in one of the files here, each registered with
`phrases.says`; `narrator` decides which of them are shown, and when.
"""
