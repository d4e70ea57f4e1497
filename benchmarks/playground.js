// Takes training steps with TensorFlow Playground's own engine: node playground.js NN.JS
//
// The first line of its input is a network as JSON, each later one a number of steps or
// "predict". It answers each later line with a list, empty once steps are taken.
const nn = require(require("path").resolve(process.argv[2]));
const lines = require("readline").createInterface({ input: process.stdin });

let network, images, targets, rate;

function build(told) {
  ({ images, targets, rate } = told);
  const inputs = images[0].map((_, pixel) => `pixel ${pixel}`);
  const { TANH, LINEAR } = nn.Activations;
  network = nn.buildNetwork(told.sizes, TANH, LINEAR, null, inputs, true);
  told.weights.forEach((weights, layer) => {
    network[layer + 1].forEach((node, neuron) => {
      node.bias = told.biases[layer].length ? told.biases[layer][neuron] : 0;
      node.inputLinks.forEach((link, input) => { link.weight = weights[input][neuron]; });
    });
  });
}

function step() {
  for (let image = 0; image < images.length; image++) {
    nn.forwardProp(network, images[image]);
    nn.backProp(network, targets[image], nn.Errors.SQUARE);
  }
  nn.updateWeights(network, rate, 0);
}

lines.on("line", (line) => {
  const told = JSON.parse(line);
  if (network === undefined) {
    build(told);
    return;
  }
  let answer = [];
  if (told === "predict") {
    answer = images.map((image) => nn.forwardProp(network, image));
  } else {
    for (let count = 0; count < told; count++) step();
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
});
