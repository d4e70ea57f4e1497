"""Files of the program: sessions, recovered runs, exports and preferences.

`files` is what the app has; `session_files` reads and writes, and says in one line what is wrong
with a file.
"""
