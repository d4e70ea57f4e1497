"""What is kept on the disk: sessions, recovered runs, exports, and what a person prefers.

`files` is what the app has; `session_files` reads and writes, and says in one line what is wrong
with a file.
"""
