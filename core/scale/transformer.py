"""The cost of a transformer, line by line, for one sequence of tokens.

For a context of T tokens and a width of d, a matrix of d×n weights takes T·d·n multiply-adds. The
attention compares every token with every other: T·T·d multiply-adds for the scores, and as many for
the weighted sums of the values. The half that the causal mask hides is counted too, as is usual.
Looking a token up in the embedding takes none. Softmax, normalisation and activation functions are
other operations, not multiply-adds.

The lines and their order are those of nanoGPT's ``transformer_sizing.ipynb``, which counts FLOPs,
two for each multiply-add.
"""

from core.scale.layers import LayerCost
from core.structs import Struct


class Transformer(Struct):
    """The shape of a transformer that predicts the next token, as GPT-2 does."""

    blocks: int
    """Blocks of attention and feed-forward layers."""
    width: int
    """d, the numbers that represent a token."""
    heads: int
    """Heads of the attention."""
    context: int
    """T, the tokens of a sequence."""
    vocabulary: int
    """Different tokens."""
    bias: bool = True
    """Whether the layers and the normalisations have biases."""
    key_heads: int | None = None
    """Heads of the keys and values, where several heads share them; as many as `heads` unless
    said."""
    hidden: int | None = None
    """Neurons of a feed-forward layer; 4·d unless said."""
    is_gated: bool = False
    """Whether the feed-forward layer has a second matrix, whose outputs multiply the first's."""
    has_positions: bool = True
    """Whether the position of a token is a learned embedding."""
    is_tied: bool = True
    """Whether the last layer uses the weights of the token embedding."""

    def layers(self) -> tuple[LayerCost, ...]:
        """Return the cost of each line, for one sequence."""
        embedding = [self._lookup("token embedding", self.vocabulary)]
        if self.has_positions:
            embedding.append(self._lookup("position embedding", self.context, kept=False))
        return (*embedding, *self._attention(), *self._feed_forward(), *self._output())

    def _lookup(self, name: str, rows: int, *, kept: bool = True) -> LayerCost:
        """Return an embedding: a row of the table for each token, and no multiply-add."""
        return LayerCost(
            name, rows * self.width, activations=self.context * self.width if kept else 0
        )

    def _attention(self) -> list[LayerCost]:
        """Return the lines of the attention; `blocks` times each."""
        width = self.width
        shared = width * (self.key_heads or self.heads) // self.heads
        return [
            self._normalisation("attention normalisation", self.blocks),
            self._matrix("queries, keys, values", width, width + 2 * shared),
            self._product("attention scores", kept=self.heads * self.context),
            self._product("attention values", kept=width),
            self._matrix("attention projection", width, width),
        ]

    def _feed_forward(self) -> list[LayerCost]:
        """Return the lines of the feed-forward layers; `blocks` times each."""
        width, hidden = self.width, self.hidden or 4 * self.width
        matrices = 2 if self.is_gated else 1
        return [
            self._normalisation("feed-forward normalisation", self.blocks),
            self._matrix("feed-forward up", width, hidden * matrices),
            LayerCost(
                "feed-forward activation",
                activations=self.context * hidden * matrices,
                times=self.blocks,
            ),
            self._matrix("feed-forward down", hidden, width),
        ]

    def _output(self) -> list[LayerCost]:
        """Return the last lines: a score for each token of the vocabulary."""
        weights = self.width * self.vocabulary
        return [
            self._normalisation("last normalisation", 1),
            LayerCost(
                "vocabulary scores",
                0 if self.is_tied else weights,
                forward=self.context * weights,
                backward=2 * self.context * weights,
                activations=self.context * self.vocabulary,
            ),
        ]

    def _normalisation(self, name: str, times: int) -> LayerCost:
        """Return a normalisation: a learned scale for each number, and a bias if there are any."""
        numbers = self.width * (2 if self.bias else 1)
        return LayerCost(name, numbers, activations=self.context * self.width, times=times)

    def _matrix(self, name: str, inputs: int, outputs: int) -> LayerCost:
        """Return a matrix that every token is multiplied by."""
        forward = self.context * inputs * outputs
        return LayerCost(
            name,
            inputs * outputs + (outputs if self.bias else 0),
            forward=forward,
            backward=2 * forward,
            activations=self.context * outputs,
            times=self.blocks,
        )

    def _product(self, name: str, *, kept: int) -> LayerCost:
        """Return a product of two matrices that are both computed: each of them needs deltas."""
        forward = self.context * self.context * self.width
        return LayerCost(
            name,
            forward=forward,
            backward=2 * forward,
            activations=self.context * kept,
            times=self.blocks,
        )
