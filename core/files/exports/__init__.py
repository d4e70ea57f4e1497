"""A run written down for elsewhere: one file a form."""
