"""What the program keeps on disk: sessions, autosaves, preferences, and exports to a file."""
