"""Words: the glossary, numbers as text, and the sentences of the commentary.

A fact of `core.commentary` has its words in one of the files here, each registered with
`phrases.says`; `narrator` decides which of them are shown, and when.
"""
