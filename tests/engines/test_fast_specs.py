"""What the fast path says of networks that it cannot build, and how it decodes labels."""

from __future__ import annotations

import numpy as np
import pytest

from armarius import engines, sample
from armarius.engines.fast import net_spec, rec_decoding, rec_network


def test_decoding_gives_what_krakens_decoder_and_codec_give():
    engines.get("kraken").describe(sample.MODEL)
    from kraken.lib.codec import PytorchCodec
    from kraken.lib.ctc_decoder import greedy_decoder

    characters = {"a": [1], "ff": [2], "ö": [3, 4], "x": [3, 1], "‹›": [5, 6, 2]}
    chance = np.random.default_rng(7)
    mine, theirs = rec_decoding.Codec(characters), PytorchCodec(characters)
    for columns in (1, 2, 40, 300):
        values = chance.random((8, columns), np.float32)
        (wanted,) = greedy_decoder(values)
        labels = values.argmax(0)
        runs = rec_decoding.runs(labels, values.max(0))
        assert [
            (int(a), int(b), int(c) - 1, pytest.approx(float(d)))
            for a, b, c, d in zip(
                runs.labels, runs.starts, runs.ends, runs.confidences, strict=True
            )
        ] == wanted
        found = [(c, s, e - 1, pytest.approx(p)) for c, s, e, p in mine.characters(runs)]
        assert found == theirs.decode(wanted)


def test_no_columns_are_no_labels():
    empty = rec_decoding.runs(np.zeros(0, np.int64), np.zeros(0, np.float32))
    assert rec_decoding.Codec({"a": [1]}).characters(empty) == []
    assert rec_decoding.reading([], 1, 1, 1, 0) is rec_decoding.NOTHING


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        ("", "is not understood"),
        ("[1,48,0,1 Lbx10]", "gives no characters"),
        ("[1,48,0,1 CTr3,3,8 O1c5]", "transposed convolution"),
        ("[1,48,0,1 Lbxo10 O1c5]", "of an old kind"),
        ("[1,48,0,1 Lbxs10 O1c5]", "one column of a whole line"),
        ("[1,48,0,1 S1(1x0)2,1 O1c5]", "other axes"),
        ("[1,48,0,1 O2l5]", "not one of characters"),
        ("[1,48,0,1 W{w}3,4,0.5,6 O1c5]", "it has a layer “W"),
    ],
)
def test_descriptions_that_cannot_be_built_say_why(spec, reason):
    with pytest.raises(net_spec.NotBuildable, match=reason):
        net_spec.parse(spec)


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        ("[1,0,0,1 Lbys4 Lbx8 O1c5]", "no fixed height"),
        ("[1,48,0,1 Lbx8 O1c5]", "runs along 48 rows"),
        ("[1,48,0,1 Cr3,3,4 O1c5]", "48 rows of the line are left"),
        ("[1,32,0,1 Mp64,2 S1(1x0)1,3 Lbx8 O1c5]", "leave no rows"),
    ],
)
def test_networks_that_do_not_fit_together_say_why(spec, reason):
    class Anything(dict[str, np.ndarray]):  # weights of the right size for any layer
        def __missing__(self, key):
            return np.zeros((4, 1, 3, 3) if key.endswith("co.weight") else 4, np.float32)

    with pytest.raises(net_spec.NotBuildable, match=reason):
        rec_network.build(net_spec.parse(spec), Anything())


def test_missing_and_misfit_weights_are_named():
    spec = net_spec.parse("[1,1,0,4 O{out}1c3]")
    with pytest.raises(net_spec.NotBuildable, match=r"out\.lin\.weight' are missing"):
        rec_network.build(spec, {})
    with pytest.raises(net_spec.NotBuildable, match=r"out\.lin\.weight have another size"):
        rec_network.build(spec, {"out.lin.weight": np.zeros((3, 5), np.float32)})
