"""What is looked at, apart from the run: the image, the selection, the speed, the scale."""
