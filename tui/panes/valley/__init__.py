"""The valley: the loss over two weights, and the way that training took there."""
