"""The map: what the network answers over two pixels, with the images that lie near."""
