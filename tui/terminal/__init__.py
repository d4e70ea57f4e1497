"""What is sent to a terminal: characters, styles, and the bytes that change the screen.

`glyphs` has every character that is drawn, and its ASCII; `drawing` turns numbers into coloured
cells; `styles` chooses the colours for a theme and a terminal; `repaint` sends only the cells that
changed; `driver` reads the keys and ends on signals; `drawn` says when everything that was asked
for is on the screen.
"""
