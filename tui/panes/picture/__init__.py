"""What pictures over two axes share: the map and the valley are such pictures."""
