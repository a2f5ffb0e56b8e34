// The arithmetic of the picture, written as the page writes it: layers have the numbers of the page, and
// W[l][k][m] is the weight from node k of layer l - 1 to node m of layer l. There is one sample, x with label y.

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
const dot = (some, others) => sum(some.map((number, k) => number * others[k]));

/** Return the layers 1, ..., Λ of a network. */
export const layers = ({ W }) => Object.keys(W).map(Number);

/** Return 1 / (1 + e^-z), without overflow. */
export function sigmoid(z) {
  const e = Math.exp(-Math.abs(z));
  return (z >= 0 ? 1 : e) / (1 + e);
}

/** Return the derivative of the sigmoid, which is not 0 where 1 - sigmoid(z) rounds to 0. */
export const slope = (z) => sigmoid(z) * sigmoid(-z);

/** Return log(1 + e^z), without overflow. */
export const softplus = (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));

/** Return the pre-activations z and the activations h of every layer; h[0] is the input. */
export function forward(network) {
  const { W, b, x } = network;
  const z = {}, h = { 0: x };
  for (const l of layers(network)) {
    z[l] = b[l].map((bias, m) => dot(h[l - 1], W[l].map((row) => row[m])) + bias);
    h[l] = z[l].map(sigmoid);
  }
  return { z, h };
}

/** Return the loss of the sample, from its last pre-activation. */
export function loss(network) {
  const { y } = network;
  const [z] = forward(network).z[layers(network).at(-1)];
  return y * softplus(-z) + (1 - y) * softplus(z);
}

/** Return delta of every layer, from the last to the first. */
export function backward(network) {
  const { W, y } = network, { z } = forward(network);
  const last = layers(network).at(-1), [end] = z[last];
  const delta = { [last]: [y * sigmoid(-end) - (1 - y) * sigmoid(end)] };
  for (let l = last - 1; l > 0; l--) {
    delta[l] = z[l].map((z, m) => dot(delta[l + 1], W[l + 1][m]) * slope(z));
  }
  return delta;
}

/** Return the gradient of the loss by every weight and bias, each in the shape of its parameter. */
export function gradients(network, delta = backward(network)) {
  const { h } = forward(network), W = {}, b = {};
  for (const l of layers(network)) {
    W[l] = h[l - 1].map((h) => delta[l].map((delta) => -h * delta));
    b[l] = delta[l].map((delta) => -delta);
  }
  return { W, b };
}

/** Return the number at a path, such as ["W", 1, 0, 2] or ["y"]. */
export const read = (network, path) => path.reduce((part, key) => part[key], network);

/** Return a copy of the network with another number at a path. */
export function written(network, path, number) {
  const copy = structuredClone(network);
  read(copy, path.slice(0, -1))[path.at(-1)] = number;
  return copy;
}

/** Compare what the gradient predicts for a step of one weight or bias with what the loss does. */
export function nudge(network, path, step, gradient = gradients(network)) {
  const moved = written(network, path, read(network, path) + step);
  const predicted = read(gradient, path) * step, actual = loss(moved) - loss(network);
  return { moved, predicted, actual, ratio: actual / predicted };
}
