"""The gradients of a sigmoid network with binary cross-entropy, as the course derives them."""

from bpkit.data import Dataset, breast_cancer, split, standardised, two_moons
from bpkit.differences import (
    central_difference,
    compare,
    compare_gradients,
    complex_step,
    numerical_gradients,
)
from bpkit.exercises import diagnose, feedback
from bpkit.gradients import (
    Gradients,
    as_parameter,
    backpropagation,
    chain_product,
    deltas,
    node_sums,
    output_delta,
)
from bpkit.kernel import Sums, added, loss_and_gradients
from bpkit.loss import log_likelihood, loss, softplus
from bpkit.network import Forward, Network, forward, random_network, sigmoid, sigmoid_prime
from bpkit.training import correct, descend, moved

__all__ = [
    "Dataset",
    "Forward",
    "Gradients",
    "Network",
    "Sums",
    "added",
    "as_parameter",
    "backpropagation",
    "breast_cancer",
    "central_difference",
    "chain_product",
    "compare",
    "compare_gradients",
    "complex_step",
    "correct",
    "deltas",
    "descend",
    "diagnose",
    "feedback",
    "forward",
    "log_likelihood",
    "loss",
    "loss_and_gradients",
    "moved",
    "node_sums",
    "numerical_gradients",
    "output_delta",
    "random_network",
    "sigmoid",
    "sigmoid_prime",
    "softplus",
    "split",
    "standardised",
    "two_moons",
]
