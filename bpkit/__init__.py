"""The gradients of a sigmoid network with binary cross-entropy, as the course derives them."""

from bpkit.cross_entropy import log_likelihood, loss, softplus
from bpkit.datasets import Dataset, load_breast_cancer, make_moons, standardize, train_test_split
from bpkit.fast_gradients import LossAndGradients, loss_and_gradients, sum_parts
from bpkit.gradient_checking import (
    central_difference,
    compare,
    compare_gradients,
    complex_step,
    numerical_gradients,
)
from bpkit.gradients import (
    Gradients,
    backpropagation,
    chain_product,
    deltas,
    node_sums,
    output_delta,
    to_parameter_shape,
)
from bpkit.network import ForwardPass, Network, forward, random_network, sigmoid, sigmoid_prime
from bpkit.training import gradient_descent, gradient_step, predictions_correct

__all__ = [
    "Dataset",
    "ForwardPass",
    "Gradients",
    "LossAndGradients",
    "Network",
    "backpropagation",
    "central_difference",
    "chain_product",
    "compare",
    "compare_gradients",
    "complex_step",
    "deltas",
    "forward",
    "gradient_descent",
    "gradient_step",
    "load_breast_cancer",
    "log_likelihood",
    "loss",
    "loss_and_gradients",
    "make_moons",
    "node_sums",
    "numerical_gradients",
    "output_delta",
    "predictions_correct",
    "random_network",
    "sigmoid",
    "sigmoid_prime",
    "softplus",
    "standardize",
    "sum_parts",
    "to_parameter_shape",
    "train_test_split",
]
