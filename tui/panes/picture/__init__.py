"""What pictures of computed values are made of, for the map, the landscape and the loss curve.

`PicturePane` has a picture that is computed for each moment, with a legend beside it. `contours`
finds the lines of equal value, `canvas` turns cells into rows, `axis` chooses the ticks.
"""
