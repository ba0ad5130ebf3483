"""Kraken's networks and methods, faster: the same weights, the same results, other code.

The networks run in ONNX Runtime, from graphs that are built from the weights of a model file. Modules
whose names begin with `rec_` read lines. Nothing here imports kraken or torch.
"""

from __future__ import annotations
