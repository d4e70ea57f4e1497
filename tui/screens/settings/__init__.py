"""The settings screen: every setting of a run on one page, and presets."""
