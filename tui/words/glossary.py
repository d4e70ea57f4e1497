"""The glossary: the terms of the program, each with one meaning.

Help shows the table, `docs/glossary.md` is written from it, and a test holds every text of the
program to the column of words to avoid. `python -m tui.words.glossary` prints the page.
"""

from enum import StrEnum

from core.structs import Struct


class Topic(StrEnum):
    """The headings of the glossary, in the order in which a newcomer reads them."""

    IMAGES = "images and labels"
    NETWORK = "the network"
    LOSS = "the loss"
    GRADIENT = "the gradient"
    STEP = "training"
    OPTIMIZERS = "optimizers"
    TESTING = "test images"
    COST = "cost"
    PICTURES = "pictures"
    RUN = "the run"
    SIGNS = "signs in equations"


class Term(Struct):
    """One entry of the glossary."""

    name: str
    """The term, as the screen and the documents write it."""
    topic: Topic
    meaning: str
    """The definition; at most two lines in help, on 80 columns."""
    avoid: tuple[str, ...] = ()
    """Words that must not be used for it."""
    more: str = ""
    """A formula or a detail for the page; help leaves it out."""


GLOSSARY: tuple[Term, ...] = (
    # Images and labels.
    Term(
        "pixel",
        Topic.IMAGES,
        "One of the four numbers of an image, from 0 (white) to 1 (black).",
        more="An image has 2×2 pixels: p0 and p1 are the top row, p2 and p3 the bottom row. "
        "In yes/no tasks a pixel of 0.5 or more is on.",
    ),
    Term(
        "task",
        Topic.IMAGES,
        "The question the network must learn to answer, such as: how dark is the image?",
    ),
    Term(
        "label",
        Topic.IMAGES,
        "The answer stored with an image, possibly with noise.",
    ),
    Term(
        "target",
        Topic.IMAGES,
        "The correct answer for an image; the prediction is compared with it.",
        avoid=("truth", "the truth", "truths", "what is right", "right is"),
    ),
    Term(
        "clean label",
        Topic.IMAGES,
        "The label before noise was added.",
        avoid=("than the rule would", "the rule says", "by the rule"),
    ),
    Term(
        "selected image",
        Topic.IMAGES,
        "The image whose prediction the panes show. You can change its pixels.",
        avoid=("looked at", "looking at", "image you look at", "image that you look at"),
    ),
    Term(
        "yes/no task",
        Topic.IMAGES,
        "A task with two answers (binary classification). A prediction of 0.5 or more means yes.",
    ),
    Term(
        "regression task",
        Topic.IMAGES,
        "A task whose answer is a number, such as the darkness of an image.",
        avoid=("task of numbers", "has numbers"),
    ),
    Term(
        "Gaussian noise",
        Topic.IMAGES,
        "Random, normally distributed numbers added to pixels or labels.",
        avoid=("stray", "strays", "strayed"),
    ),
    Term(
        "engineered features",
        Topic.IMAGES,
        "Inputs computed from other inputs, such as x². This program has none.",
        avoid=("made inputs",),
    ),
    # The network.
    Term(
        "default network",
        Topic.NETWORK,
        "Opens when you give no options: four weights, one output, no bias.",
        avoid=("essay", "essays"),
        more="The preset is called `essay`.",
    ),
    Term(
        "neuron",
        Topic.NETWORK,
        "Computes a weighted sum of its inputs and applies an activation function to it.",
    ),
    Term(
        "layer",
        Topic.NETWORK,
        "Neurons side by side, with the same inputs. Their outputs go to the next layer.",
    ),
    Term(
        "hidden layer",
        Topic.NETWORK,
        "A layer between the pixels and the output neuron.",
    ),
    Term(
        "input",
        Topic.NETWORK,
        "A number that a neuron multiplies by a weight.",
        avoid=("what comes in",),
    ),
    Term(
        "weight",
        Topic.NETWORK,
        "A learned number that an input is multiplied by.",
    ),
    Term(
        "product",
        Topic.NETWORK,
        "Input × weight: one term of a weighted sum.",
        avoid=("what it adds", "adds to the sum", "add to the sum", "what each adds"),
    ),
    Term(
        "weighted sum",
        Topic.NETWORK,
        "Inputs × weights, added up, plus the bias; before the activation function.",
        more="z = w₁x₁ + w₂x₂ + … + b",
    ),
    Term(
        "bias",
        Topic.NETWORK,
        "A learned number added to a weighted sum. It does not depend on the image.",
        avoid=("offset", "offsets"),
    ),
    Term(
        "parameters",
        Topic.NETWORK,
        "All weights and biases: the numbers that training changes.",
    ),
    Term(
        "activation function",
        Topic.NETWORK,
        "The nonlinear function applied to a weighted sum: tanh, sigmoid or relu.",
        avoid=(
            "make of their sum",
            "makes of its sum",
            "make of it",
            "makes of it",
            "squeezes",
            "the bend",
            "bends a sum",
            "bends the sum",
        ),
        more="Without one, several layers compute no more than one layer does. "
        "`linear` means: no activation function.",
    ),
    Term(
        "tanh",
        Topic.NETWORK,
        "Activation function with values between −1 and 1; 0 for a sum of 0.",
        more="tanh z = (e^z − e^−z) ÷ (e^z + e^−z); its derivative is 1 − tanh² z.",
    ),
    Term(
        "sigmoid",
        Topic.NETWORK,
        "Activation function with values between 0 and 1; 0.5 for a sum of 0.",
        more="σ(z) = 1 ÷ (1 + e^−z); its derivative is σ(z) × (1 − σ(z)).",
    ),
    Term(
        "relu",
        Topic.NETWORK,
        "Activation function: the sum if it is above 0, otherwise 0.",
        more="relu(z) = max(z, 0); its derivative is 1 above 0, otherwise 0.",
    ),
    Term(
        "output",
        Topic.NETWORK,
        "The number a neuron passes on. The outputs of a layer are its activations.",
    ),
    Term(
        "prediction",
        Topic.NETWORK,
        "The output of the last neuron: the network's answer for an image.",
        avoid=("what the network answers", "what it answers"),
    ),
    Term(
        "forward pass",
        Topic.NETWORK,
        "Computing the prediction from the image, layer by layer.",
    ),
    Term(
        "weight image",
        Topic.NETWORK,
        "The four weights of a hidden neuron, drawn as a 2×2 image.",
        avoid=("stencil", "stencils"),
    ),
    Term(
        "initial weights",
        Topic.NETWORK,
        "The weights at step 0: random, scaled to layer size and activation function.",
        avoid=("first weights", "drawn anew", "draws anew", "draw anew"),
        more="Glorot (Xavier) suits tanh and sigmoid, He suits relu.",
    ),
    Term(
        "initialisation",
        Topic.NETWORK,
        "The rule that sets the initial weights. Biases start at 0.",
    ),
    Term(
        "identical neurons",
        Topic.NETWORK,
        "Neurons with the same weights get the same gradient and stay equal (symmetry).",
        avoid=("twin", "twins", "alike"),
        more="Random initial weights prevent it.",
    ),
    # The loss.
    Term(
        "loss",
        Topic.LOSS,
        "One number for how wrong the network is. Training minimises it.",
        avoid=("what is made small", "made small"),
        more="The loss is the mean over all training images.",
    ),
    Term(
        "error",
        Topic.LOSS,
        "Prediction − target.",
    ),
    Term(
        "mean squared error",
        Topic.LOSS,
        "The loss for regression tasks (mse): the mean of error².",
    ),
    Term(
        "RMSE",
        Topic.LOSS,
        "Root mean squared error, √loss with mse: a typical distance from the target.",
        avoid=("typical error of an image",),
    ),
    Term(
        "cross-entropy",
        Topic.LOSS,
        "The loss for yes/no tasks (bce, log loss): −ln of the probability of the target.",
        avoid=("surprises it", "surprised"),
        more="The loss is the mean over the images. For a prediction of 0.5 it is ln 2 = 0.693.",
    ),
    # The gradient.
    Term(
        "gradient",
        Topic.GRADIENT,
        "For each weight: how fast the loss rises if the weight grows.",
        more="Above 0: a smaller weight lowers the loss. Below 0: a larger weight does.",
    ),
    Term(
        "per-image gradient",
        Topic.GRADIENT,
        "The gradient of one image's loss. The mean over all images is the gradient.",
        avoid=("pull", "pulls", "pulled", "pulling", "own gradient", "pull up", "pull down"),
    ),
    Term(
        "derivative",
        Topic.GRADIENT,
        "How fast an activation function's output rises with its input.",
        avoid=("slope of the activation", "slope of its activation", "answers and slopes"),
    ),
    Term(
        "inactive, dead relu",
        Topic.GRADIENT,
        "A relu whose sum is ≤ 0: output 0, derivative 0. Dead: ≤ 0 for every image.",
    ),
    Term(
        "saturated",
        Topic.GRADIENT,
        "A sigmoid or tanh in its flat region: its derivative is almost 0, so learning stops.",
    ),
    Term(
        "chain rule",
        Topic.GRADIENT,
        "The derivative of a chain of functions is the product of their derivatives.",
    ),
    Term(
        "delta",
        Topic.GRADIENT,
        "How fast the loss rises with a neuron's weighted sum. Backprop passes it back.",
        avoid=("error of the output", "error of a neuron", "errors back", "error comes back"),
    ),
    Term(
        "backpropagation",
        Topic.GRADIENT,
        "Backprop, the backward pass: the chain rule from the loss back to each weight.",
        avoid=("the way back", "way back"),
    ),
    Term(
        "finite differences",
        Topic.GRADIENT,
        "Nudge one weight by 0.000001: change of loss ÷ 0.000001 ≈ gradient.",
        avoid=("nudging", "nudges", "a nudge", "a hair"),
        more="The setting `gradient` calls this method `nudge`. "
        "It needs one more forward pass for each parameter.",
    ),
    Term(
        "difference",
        Topic.GRADIENT,
        "Gradient by finite differences − gradient by backprop (key G).",
        avoid=("apart",),
    ),
    Term(
        "zero gradient",
        Topic.GRADIENT,
        "No delta reaches a neuron, so its weights do not change.",
        avoid=("nothing comes back", "get none", "gets none"),
    ),
    Term(
        "vanishing gradient",
        Topic.GRADIENT,
        "A gradient that shrinks from layer to layer in backprop. Exploding: it grows.",
    ),
    Term(
        "sign change",
        Topic.GRADIENT,
        "A gradient crosses 0: the next plain update goes in the other direction.",
        avoid=("turns round", "turn round", "turned round", "turns around"),
    ),
    # Training.
    Term(
        "step",
        Topic.STEP,
        "One training step: forward pass, loss, gradient, then one update of all weights.",
    ),
    Term(
        "update",
        Topic.STEP,
        "The amount added to a weight in one step. Plain: −learning rate × gradient.",
    ),
    Term(
        "gradient descent",
        Topic.STEP,
        "Training by steps against the gradient: downhill on the loss landscape.",
    ),
    Term(
        "learning rate",
        Topic.STEP,
        "The factor η in the update. Small is slow; too large overshoots the minimum.",
    ),
    Term(
        "schedule",
        Topic.STEP,
        "How the learning rate changes from step to step: constant, step or cosine.",
    ),
    Term(
        "warm-up",
        Topic.STEP,
        "The first steps, in which the learning rate rises evenly; then the schedule begins.",
    ),
    Term(
        "clipping",
        Topic.STEP,
        "Makes a gradient that is too large smaller: all of it (norm), or number by number.",
        more="The norm is the root of the sum of the squares of all numbers of the gradient.",
    ),
    Term(
        "converge",
        Topic.STEP,
        "The loss approaches its lowest value, and the updates shrink towards 0.",
    ),
    Term(
        "diverge",
        Topic.STEP,
        "Each step overshoots farther than the last, and the loss grows without limit.",
    ),
    Term(
        "batch, mini-batch",
        Topic.STEP,
        "Batch: the images of one step. Mini-batch: a batch smaller than all images.",
    ),
    Term(
        "batch size",
        Topic.STEP,
        "Images per step.",
        avoid=("images to a step",),
    ),
    Term(
        "epoch",
        Topic.STEP,
        "Steps that together use every training image once.",
    ),
    Term(
        "single-stepping",
        Topic.STEP,
        "Going through one step by substeps (keys . and ,): forward, loss, delta and so on.",
        avoid=("slow motion", "the next part", "the part before", "part by part"),
        more="All five: forward, loss, delta, gradient, update; layer by layer.",
    ),
    Term(
        "stop condition",
        Topic.STEP,
        "What stops a run: a step count, a loss, an accuracy, or no progress (early stopping).",
        avoid=("a later end", "ends by itself", "end by itself", "another end"),
    ),
    Term(
        "frozen",
        Topic.STEP,
        "A frozen weight keeps its value: steps do not change it (key x).",
    ),
    # Optimizers and regularisation.
    Term(
        "optimizer",
        Topic.OPTIMIZERS,
        "The rule that turns a gradient into an update: sgd, momentum, rmsprop or adam.",
    ),
    Term(
        "sgd",
        Topic.OPTIMIZERS,
        "Plain gradient descent: the update is −learning rate × gradient.",
        more="The name is short for *stochastic gradient descent*, its form with mini-batches.",
    ),
    Term(
        "momentum",
        Topic.OPTIMIZERS,
        "The update follows a velocity: a part of the last velocity, plus the gradient.",
        more="v ← μv + g; the update is −ηv.",
    ),
    Term(
        "Nesterov look-ahead",
        Topic.OPTIMIZERS,
        "Momentum that uses the velocity as it will be after this update.",
        avoid=("a step ahead",),
    ),
    Term(
        "running mean",
        Topic.OPTIMIZERS,
        "A mean in which older steps count less; the decay (α, β) sets how slowly they fade.",
        avoid=("of late", "usual size", "usual spread"),
        more="m ← βm + (1 − β)g",
    ),
    Term(
        "RMSProp",
        Topic.OPTIMIZERS,
        "Divides each gradient by its RMS, the root of the running mean of its squares.",
        more="With `centered` it divides by the standard deviation.",
    ),
    Term(
        "Adam",
        Topic.OPTIMIZERS,
        "Running mean of the gradient ÷ its RMS, so most updates are ≈ the learning rate.",
        more="Both means start at 0 and are corrected for that: m ÷ (1 − β₁ᵗ) at step t.",
    ),
    Term(
        "optimizer state",
        Topic.OPTIMIZERS,
        "Velocity (momentum) or running means (RMSProp, Adam), kept for each weight.",
        avoid=("what it remembers", "remembers", "what an optimizer remembers"),
    ),
    Term(
        "regularisation",
        Topic.OPTIMIZERS,
        "L1 and L2: a term that moves weights towards 0. Biases are exempt.",
        more="L1 adds λ₁ × the sign of the weight to its gradient, L2 adds λ₂ × the weight.",
    ),
    # Test images.
    Term(
        "training images",
        Topic.TESTING,
        "The images that steps compute the loss and the gradient from.",
        avoid=("learns from them", "images it learns from", "to learn from"),
    ),
    Term(
        "test images",
        Topic.TESTING,
        "Images that no step uses (held out). They show how well the network generalises.",
        avoid=("kept for testing", "never learnt from", "learnt"),
    ),
    Term(
        "test share",
        Topic.TESTING,
        "The fraction of images that becomes test images.",
    ),
    Term(
        "generalisation",
        Topic.TESTING,
        "Predicting well on images that were not used in training.",
    ),
    Term(
        "generalisation gap",
        Topic.TESTING,
        "Test loss − training loss. Large and growing: overfitting.",
    ),
    Term(
        "overfitting",
        Topic.TESTING,
        "Memorising the training images and their noise, not their common rule.",
        avoid=("by heart",),
    ),
    Term(
        "accuracy",
        Topic.TESTING,
        "The share of correct yes/no answers.",
    ),
    Term(
        "false positive",
        Topic.TESTING,
        "The network answers yes, the target is no. False negative: the other way round.",
        avoid=("wrongly yes", "wrongly no", "wrongly"),
    ),
    # Cost.
    Term(
        "multiply-add",
        Topic.COST,
        "One product added to a sum, such as … + 0.98 × 0.20 (MAC): the unit of cost here.",
    ),
    Term(
        "FLOP",
        Topic.COST,
        "One addition or multiplication of two numbers; a multiply-add is two FLOPs.",
        more="Data sheets and papers count FLOPs; this program counts multiply-adds.",
    ),
    Term(
        "utilisation",
        Topic.COST,
        "The share of the peak of a data sheet that a training reaches (MFU).",
        more="Published trainings reach 30% to 60%: see [Figures](figures.md).",
    ),
    Term(
        "token",
        Topic.COST,
        "A word or a part of one. Transformers such as GPT-3 train on sequences of tokens.",
    ),
    Term(
        "sequence",
        Topic.COST,
        "Tokens in a row, such as 1,024: one example of a transformer, as an image is here.",
        more="A batch of 480 sequences of 1,024 tokens has 491,520 tokens.",
    ),
    Term(
        "transformer",
        Topic.COST,
        "A network of dense layers for each token, and products that compare all tokens.",
    ),
    Term(
        "cost",
        Topic.COST,
        "Multiply-adds per step and in total, counted exactly.",
        avoid=("ledger", "bill", "bills", "paid in", "paid", "charged", "charges"),
    ),
    Term(
        "other operations",
        Topic.COST,
        "Operations of a step that are not multiply-adds, such as tanh or a division.",
        avoid=("besides",),
    ),
    Term(
        "manual change",
        Topic.COST,
        "You set a weight yourself. Each change costs one forward pass.",
        avoid=("looks", "one look", "a look", "walk", "walks", "walked", "walking"),
        more="The cost pane compares your loss with gradient descent at equal cost.",
    ),
    Term(
        "equal cost",
        Topic.COST,
        "Gradient descent from your start, with at most as many multiply-adds as you used.",
        avoid=("descent, for the same", "for the same multiply-adds"),
    ),
    Term(
        "frontier",
        Topic.COST,
        "Runs of a sweep that none beats: after all steps, lower loss costs more multiply-adds.",
    ),
    Term(
        "engine",
        Topic.COST,
        "How the program computes: loops (one multiply-add at a time), matrix, compiled or gpu.",
        more="`pip install 'napkin-net[fast]'` installs the compiled engine, and "
        "`pip install 'napkin-net[torch]'` the gpu engine.",
    ),
    Term(
        "base rate",
        Topic.COST,
        "How long one unit takes on this machine: a call, a multiply-add, a byte.",
        more="`napkin-net bench` measures the base rates, and `napkin-net estimate` predicts from "
        "them.",
    ),
    Term(
        "call",
        Topic.COST,
        "One function that the program calls, of numpy for instance; calling itself takes time.",
        more="For a small network that is most of a step: see [The lab](lab.md).",
    ),
    Term(
        "bandwidth",
        Topic.COST,
        "Bytes per second between the processor and a cache, or the memory.",
    ),
    Term(
        "lower envelope",
        Topic.COST,
        "The fastest of many measurements: what the machine can do when nothing disturbs.",
    ),
    Term(
        "predicted time",
        Topic.COST,
        "The time of a step by the equation: its calls, each by this machine’s base rates.",
    ),
    Term(
        "measured time",
        Topic.COST,
        "Seconds of steps in a row ÷ steps: the fastest of many. Lab and cost pane show this one.",
        more="Steps in a row follow one another for at least 5 ms; a step of 5 ms is a row. The "
        "seconds of the loss curve and of a sweep are the sum of all steps, slow ones too.",
    ),
    Term(
        "median time",
        Topic.COST,
        "Half of the measurements took at most this long: above the fastest, something disturbs.",
    ),
    Term(
        "after a pause",
        Topic.COST,
        "A step that does not follow another one at once, as with s: it takes longer.",
        more="The processor has to find data and instructions in its caches again; beginning and "
        "noting the step takes time too.",
    ),
    Term(
        "ratio",
        Topic.COST,
        "In the lab, measured time ÷ predicted time.",
    ),
    Term(
        "speed, of peak",
        Topic.COST,
        "Multiply-adds ÷ measured time, and its share of the machine’s peak; ≈: by the predicted.",
    ),
    Term(
        "roofline",
        Topic.COST,
        "The most multiply-adds per second that computing and bandwidth allow (key p, then t).",
        more="Source: Williams, Waterman and Patterson, 2009.",
    ),
    # Pictures.
    Term(
        "loss landscape",
        Topic.PICTURES,
        "The loss for a grid of values of two weights, the others fixed (key v).",
    ),
    Term(
        "path",
        Topic.PICTURES,
        "Earlier weights of this run, on the loss landscape: one dot per moment shown.",
        avoid=("the way we came", "way you came", "we came"),
    ),
    Term(
        "curvature",
        Topic.PICTURES,
        "How fast the slope of the loss changes in a direction (Hessian eigenvalue λ).",
        avoid=("how sharply", "flattest", "steepest way", "bends that way"),
    ),
    Term(
        "stable learning rate",
        Topic.PICTURES,
        "A rate of at most 2/λ. Above it, descent diverges in the direction of λ.",
        avoid=("rates hold", "hold up to", "known limit"),
    ),
    Term(
        "prediction map",
        Topic.PICTURES,
        "The prediction for all values of two pixels, the other two fixed (key m).",
        avoid=("answers over two pixels", "held pixels", "held as in", "held weights"),
    ),
    Term(
        "decision boundary",
        Topic.PICTURES,
        "Where the prediction is 0.5: yes on one side, no on the other.",
        avoid=("parts the two", "parts yes", "line between no and yes"),
    ),
    Term(
        "nearby images",
        Topic.PICTURES,
        "Training images whose fixed pixels differ from the selected image by at most 0.1.",
        avoid=("images from farther",),
        more="`+` and `−` on the map change the 0.1.",
    ),
    # The run.
    Term(
        "run",
        Topic.RUN,
        "All steps and changes from one set of initial weights.",
    ),
    Term(
        "sweep",
        Topic.RUN,
        "Many runs: every combination of some values, trained and compared (key C).",
    ),
    Term(
        "preset",
        Topic.RUN,
        "A prepared run that shows one effect, such as overfitting.",
        avoid=("ready-made", "ready-made run", "ready-made runs"),
    ),
    Term(
        "seed",
        Topic.RUN,
        "The number that random weights are made from: same seed, same weights.",
    ),
    Term(
        "replay",
        Topic.RUN,
        "Showing recorded steps again, identical to the last bit.",
        avoid=("the same way again", "known way", "another way, a branch"),
    ),
    Term(
        "branch",
        Topic.RUN,
        "A new run that begins when you change something at an earlier step.",
    ),
    Term(
        "undo",
        Topic.RUN,
        "Restores the state before your last change (key b).",
        avoid=(
            "take back",
            "takes back",
            "taken back",
            "took back",
            "takes it back",
            "take it back",
        ),
    ),
    Term(
        "previous run",
        Topic.RUN,
        "The last run, kept as a faint curve to compare with. Key o switches to it.",
        avoid=(
            "the run before",
            "the runs before",
            "faint line",
            "beside this one",
            "run beside",
            "runs beside",
            "change places",
        ),
    ),
    Term(
        "session",
        Topic.RUN,
        "A run saved in a file, with all steps and changes (keys S and F).",
    ),
    Term(
        "recovered run",
        Topic.RUN,
        "A run that was saved automatically: before a crash, or when you quit.",
        avoid=("cut short", "a good end", "good end"),
    ),
    # Signs.
    Term(
        "w x b g η",
        Topic.SIGNS,
        "Weight, input, bias, gradient and learning rate (eta).",
    ),
    Term(
        "λ",
        Topic.SIGNS,
        "Lambda: curvature of the loss; with L1 and L2, the strength of the penalty.",
    ),
    Term(
        "μ α β₁ β₂ ε",
        Topic.SIGNS,
        "Settings of momentum (mu), RMSProp (alpha) and Adam (beta); ε avoids dividing by 0.",
    ),
    Term(
        "≈",
        Topic.SIGNS,
        "Approximately equal: the printed digits alone give a slightly different result.",
    ),
    Term(
        "−0.721, 3.4e−07",
        Topic.SIGNS,
        "Blue is above 0, orange below; nothing else is orange. e−07: divided by 10,000,000.",
    ),
)
"""Every term, under its topic, in the order in which a newcomer reads them."""


def page() -> str:
    """Return the glossary as a Markdown page."""
    lines = [
        "# Glossary",
        "",
        "The terms of the screen, the options and these pages. Help (`?`) shows the same terms,",
        "without the formulas. Back to the [README](../README.md).",
    ]
    for topic in Topic:
        lines += ["", f"## {topic.capitalize()}", "", "| term | meaning |", "|---|---|"]
        for term in GLOSSARY:
            if term.topic is topic:
                lines.append(
                    f"| {term.name} | {' '.join(filter(None, (term.meaning, term.more)))} |"
                )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(page(), end="")
