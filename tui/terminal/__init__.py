"""What is sent to a terminal: styles and marks, drawing in cells, and only what changed."""
