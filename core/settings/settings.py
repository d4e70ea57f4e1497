"""Every setting of a run, once: what it is called, what it takes, and what changing it means.

The config checks itself by this table; the command's options, the settings screen, session files
and the shared command line are made from it.
"""

from collections.abc import Callable

from core.engines import ENGINES
from core.engines.engine import GRADIENT_METHODS
from core.images.images import MAXIMUM_IMAGES
from core.images.tasks import PIXEL_VALUES, TASKS
from core.network.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
from core.network.initialisations import INITIALISATIONS
from core.network.losses import LOSSES
from core.network.optimizers import OPTIMIZERS
from core.randomness import MAXIMUM_SEED
from core.settings.kinds import Activations, Choice, Group, Layers, Real, Setting, Switch, Whole


def _of(*optimizers: str) -> Callable[[str], bool]:
    return lambda name: name in optimizers


_SHARE = Real(0.0, 1.0, with_most=False)
_FROM_0 = Real(0.0)

SETTINGS: dict[str, Setting] = {
    setting.name: setting
    for setting in (
        Setting("task", "task", "what the network is to learn", Group.TASK, Choice(tuple(TASKS))),
        Setting(
            "images",
            "images",
            "how many 2×2 images there are",
            Group.TASK,
            Whole(1, MAXIMUM_IMAGES),
        ),
        Setting(
            "pixels",
            "pixel values",
            "tenths, any darkness, or only black and white (then all 16 images)",
            Group.TASK,
            Choice(PIXEL_VALUES),
        ),
        Setting(
            "pixel_noise",
            "pixel noise",
            "how far pixels stray from the image that the label belongs to",
            Group.TASK,
            Real(0.0, 1.0),
        ),
        Setting(
            "label_noise",
            "label noise",
            "yes/no: the share of wrong labels; numbers: how far they stray",
            Group.TASK,
            Real(0.0, 1.0),
        ),
        Setting(
            "test_share",
            "test share",
            "the part of the images that is kept for testing, never learnt from",
            Group.TASK,
            _SHARE,
        ),
        Setting("data_seed", "data seed", "draws the images", Group.TASK, Whole(0, MAXIMUM_SEED)),
        Setting("hidden", "hidden layers", "neurons of each hidden layer", Group.NETWORK, Layers()),
        Setting(
            "activation",
            "activation",
            "what hidden neurons make of their sum",
            Group.NETWORK,
            Activations(tuple(ACTIVATIONS)),
        ),
        Setting(
            "output",
            "output",
            "what the output neuron makes of its sum",
            Group.NETWORK,
            Choice(OUTPUT_ACTIVATIONS),
        ),
        Setting(
            "bias",
            "biases",
            "whether each neuron adds a number of its own",
            Group.NETWORK,
            Switch(),
            unset="with hidden layers yes, without no",
        ),
        Setting(
            "initialisation",
            "first weights",
            "how weights are drawn; auto: he for relu, else glorot",
            Group.NETWORK,
            Choice(tuple(INITIALISATIONS)),
        ),
        Setting(
            "seed",
            "seed",
            "draws the weights and the order of the images",
            Group.NETWORK,
            Whole(0, MAXIMUM_SEED),
        ),
        Setting("loss", "loss", "what is made small", Group.LEARNING, Choice(tuple(LOSSES))),
        Setting(
            "learning_rate",
            "learning rate",
            "how far a step goes",
            Group.LEARNING,
            Real(0.0, with_least=False),
            keeps_run=True,
        ),
        Setting(
            "batch_size",
            "batch size",
            "images to a step",
            Group.LEARNING,
            Whole(1, MAXIMUM_IMAGES),
            unset="all of them",
            keeps_run=True,
        ),
        Setting(
            "optimizer",
            "optimizer",
            "how the gradient moves the weights",
            Group.LEARNING,
            Choice(tuple(OPTIMIZERS)),
            keeps_run=True,
        ),
        Setting(
            "momentum",
            "momentum",
            "how much of the last step goes on into the next",
            Group.LEARNING,
            _SHARE,
            keeps_run=True,
            matters=_of("momentum"),
        ),
        Setting(
            "nesterov",
            "nesterov",
            "momentum that looks a step ahead",
            Group.LEARNING,
            Switch(),
            keeps_run=True,
            matters=_of("momentum"),
        ),
        Setting(
            "alpha",
            "alpha",
            "how long the mean of squared gradients remembers",
            Group.LEARNING,
            _SHARE,
            keeps_run=True,
            matters=_of("rmsprop"),
        ),
        Setting(
            "centered",
            "centered",
            "divide by the spread of the gradient instead of its size",
            Group.LEARNING,
            Switch(),
            keeps_run=True,
            matters=_of("rmsprop"),
        ),
        Setting(
            "beta1",
            "beta 1",
            "how long the mean of gradients remembers",
            Group.LEARNING,
            _SHARE,
            keeps_run=True,
            matters=_of("adam"),
        ),
        Setting(
            "beta2",
            "beta 2",
            "how long the mean of squared gradients remembers",
            Group.LEARNING,
            _SHARE,
            keeps_run=True,
            matters=_of("adam"),
        ),
        Setting(
            "amsgrad",
            "amsgrad",
            "divide by the largest mean so far instead of the latest",
            Group.LEARNING,
            Switch(),
            keeps_run=True,
            matters=_of("adam"),
        ),
        Setting(
            "epsilon",
            "epsilon",
            "keeps the division from dividing by zero",
            Group.LEARNING,
            Real(0.0, with_least=False),
            keeps_run=True,
            matters=_of("rmsprop", "adam"),
        ),
        Setting(
            "l1",
            "L1",
            "pulls every weight towards 0 by the same amount",
            Group.LEARNING,
            _FROM_0,
            keeps_run=True,
        ),
        Setting(
            "l2",
            "L2",
            "pulls every weight towards 0 in proportion to its size",
            Group.LEARNING,
            _FROM_0,
            keeps_run=True,
        ),
        Setting(
            "until_loss",
            "until loss",
            "stop once the loss is this low",
            Group.STOPPING,
            _FROM_0,
            unset="never",
            keeps_run=True,
        ),
        Setting(
            "until_accuracy",
            "until accuracy",
            "yes/no tasks: stop once this share is right",
            Group.STOPPING,
            Real(0.0, 1.0, with_least=False),
            unset="never",
            keeps_run=True,
        ),
        Setting(
            "steps",
            "steps",
            "stop after so many",
            Group.STOPPING,
            Whole(0, 10**12),
            unset="never",
            keeps_run=True,
        ),
        Setting(
            "patience",
            "patience",
            "stop after so many epochs without a lower loss",
            Group.STOPPING,
            Whole(1, 10**9),
            unset="never",
            keeps_run=True,
        ),
        Setting(
            "engine",
            "engine",
            "matrix: numpy; loops: one multiply-add at a time",
            Group.COMPUTING,
            Choice(tuple(ENGINES)),
            keeps_run=True,
        ),
        Setting(
            "gradient",
            "gradient",
            "backprop carries errors back; nudge tries each weight a little higher",
            Group.COMPUTING,
            Choice(GRADIENT_METHODS),
            keeps_run=True,
        ),
    )
}
"""Every setting, by name, in the order of the settings screen."""
