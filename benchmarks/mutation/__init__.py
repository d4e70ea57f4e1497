"""Mutation testing: make one small change at a time, and see whether a test notices.

`mutants` finds the changes, `lines` which tests run which line, `trial` tries one mutant in a copy
of the tree, `report` counts and prints. `equivalent.txt` lists the mutants that change nothing.
"""
