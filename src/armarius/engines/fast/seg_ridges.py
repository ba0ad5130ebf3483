"""Where baselines are on a heatmap: the ridges that Sato's filter sees, above a threshold.

Kraken (Apache-2.0) takes `skimage.filters.sato` (Sato et al., Medical Image Analysis 2(2), 1998)
of the whole map and asks only which pixels are above the threshold. So the filter is computed here
in single precision with shorter kernels, where the map can reach the threshold at all; the few pixels
that come out so near to it that rounding could decide are computed again by scikit-image itself.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from skimage.filters import sato

from armarius.engines.fast.seg_compiling import compiled_loosely

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

SIGMAS = (1, 3, 5, 7, 9)  # scikit-image's own
_REACH = 6.0  # of a kernel, in standard deviations; beyond it less than 1e-7 is lost
_DOUBT = 1e-6  # nearer to the threshold than this, scikit-image decides; seen: 3e-7 apart
_SUPPORT = 104  # pixels that the widest two kernels of scikit-image reach together (2 * 8 * 9 / sqrt 2)
_FRINGE = (
    60  # farther from every bright pixel than this, the filter sees less than 1e-6 of them
)
# Values up to M give a response of at most 2.6 M (sum of the absolute kernel values, squared,
# times the variance): below this share of the threshold nothing can reach it.
_SHARE = 0.35


def ridges(heatmap: Floats, threshold: float) -> Bools:
    """Pixels where scikit-image's Sato filter of the heatmap is above the threshold.

    Args:
        heatmap: float32 array (height, width), values 0 to 1, no NaN.
        threshold: response above which a pixel counts.

    Returns:
        Bool array of the same shape, equal to
        ``sato(heatmap, black_ridges=False, mode="constant") > threshold``.
    """
    found = np.zeros(heatmap.shape, dtype=bool)
    bright = heatmap > threshold * _SHARE
    rows, columns = np.flatnonzero(bright.any(axis=1)), np.flatnonzero(bright.any(axis=0))
    if not rows.size:
        return found
    box = (rows[0] - _FRINGE, rows[-1] + _FRINGE, columns[0] - _FRINGE, columns[-1] + _FRINGE)
    outer = _window(heatmap, *box, _SUPPORT)  # with what the pixels of the box depend on
    top, left = outer[0].start, outer[1].start
    response = _response(np.ascontiguousarray(heatmap[outer]))
    limit = np.float32(threshold)
    inner = _window(heatmap, *box, 0)
    inside = response[
        inner[0].start - top : inner[0].stop - top, inner[1].start - left : inner[1].stop - left
    ]
    found[inner] = inside > limit
    doubtful = np.argwhere(np.abs(inside - limit) < _DOUBT)
    _decide(found, heatmap, doubtful + np.array([inner[0].start, inner[1].start]), limit)
    return found


def _decide(
    found: Bools, heatmap: Floats, doubtful: NDArray[np.intp], limit: np.float32
) -> None:
    """Put scikit-image's answer at the doubtful pixels; many near each other share a window."""
    if len(doubtful) > 100:  # a map made of such pixels: once for all of them
        rows, columns = doubtful.T
        exact = sato(heatmap, black_ridges=False, mode="constant")
        found[rows, columns] = exact[rows, columns] > limit
        return
    for y, x in doubtful:
        found[y, x] = any(_exact(heatmap, y, x, sigma) > limit for sigma in SIGMAS)


def _exact(heatmap: Floats, y: int, x: int, sigma: int) -> np.float32:
    """The response of one width at one pixel, from the pixels that it depends on."""
    # Kernels of width 1 have 71 pixels, but those beyond 27 are zero.
    support = 56 if sigma == 1 else 2 * int(8 * sigma / np.sqrt(2) + 0.5) + 2
    window = _window(heatmap, y, y, x, x, support)
    response = sato(heatmap[window], sigmas=[sigma], black_ridges=False, mode="constant")
    return np.float32(response[y - window[0].start, x - window[1].start])


def _window(
    heatmap: Floats, top: int, bottom: int, left: int, right: int, margin: int
) -> tuple[slice, slice]:
    """Rows and columns of a box with its last ones and a margin, as far as the map goes."""
    height, width = heatmap.shape
    return (
        slice(max(0, int(top) - margin), min(height, int(bottom) + margin + 1)),
        slice(max(0, int(left) - margin), min(width, int(right) + margin + 1)),
    )


def _response(heatmap: Floats) -> Floats:
    """The filter itself: the largest eigenvalue of the Hessian, over all widths."""
    best = np.zeros_like(heatmap)
    dark = -heatmap
    along, gradient, yy, yx, xx = (np.empty_like(heatmap) for _ in range(5))
    even, odd = np.float32(1), np.float32(-1)
    for sigma in SIGMAS:
        smooth, slope = _kernels(sigma / np.sqrt(2))
        _columns(dark, slope, odd, along)
        _rows(along, smooth, even, gradient)  # by y
        _columns(gradient, slope, odd, along)
        _rows(along, smooth, even, yy)
        _columns(gradient, smooth, even, along)
        _rows(along, slope, odd, yx)
        _columns(dark, smooth, even, along)
        _rows(along, slope, odd, gradient)  # by x
        _columns(gradient, smooth, even, along)
        _rows(along, slope, odd, xx)
        _keep_largest(yy, yx, xx, np.float32(sigma * sigma), best)
    return best


def _kernels(sigma: float) -> tuple[Floats, Floats]:
    """The right halves of a sampled Gaussian and of its derivative, as SciPy makes them."""
    reach = int(_REACH * sigma + 0.5) // 2 * 2 + 2  # even: taps are taken in pairs
    x = np.arange(-reach, reach + 1)
    gauss = np.exp(-0.5 / (sigma * sigma) * x**2)
    gauss /= gauss.sum()
    slope = gauss * x / (sigma * sigma)
    return gauss[reach:].astype(np.float32), slope[reach:].astype(np.float32)


def _columns(source: Floats, kernel: Floats, sign: np.float32, result: Floats) -> None:
    """Correlate every column with an even (sign 1) or odd (-1) kernel, zeros outside."""
    reach = kernel.size - 1
    np.multiply(source, kernel[0], out=result)
    _down(np.pad(source, ((reach, reach), (0, 0))), kernel, sign, result)


def _rows(source: Floats, kernel: Floats, sign: np.float32, result: Floats) -> None:
    """Correlate every row with an even (sign 1) or odd (-1) kernel, zeros outside."""
    reach = kernel.size - 1
    np.multiply(source, kernel[0], out=result)
    _across(np.pad(source, ((0, 0), (reach, reach))), kernel, sign, result)


# What NumPy does as well stays outside of the loops: it would take seconds to compile.
@compiled_loosely
def _down(padded: Floats, kernel: Floats, sign: np.float32, result: Floats) -> None:
    """Add all taps but the middle one to every row."""
    reach = kernel.size - 1
    for y in range(result.shape[0]):
        for k in range(1, reach, 2):
            _add(result[y], padded[y + reach - k], padded[y + reach + k], kernel[k], sign,
                 padded[y + reach - k - 1], padded[y + reach + k + 1], kernel[k + 1])  # fmt: skip


@compiled_loosely
def _across(padded: Floats, kernel: Floats, sign: np.float32, result: Floats) -> None:
    """Add all taps but the middle one within every row."""
    reach, width = kernel.size - 1, result.shape[1]
    for y in range(result.shape[0]):
        row = padded[y]
        for k in range(1, reach, 2):
            left, right = reach - k, reach + k
            _add(result[y], row[left : left + width], row[right : right + width], kernel[k], sign,
                 row[left - 1 : left - 1 + width], row[right + 1 : right + 1 + width], kernel[k + 1])  # fmt: skip


@compiled_loosely
def _add(
    out: Floats,
    before: Floats,
    after: Floats,
    weight: np.float32,
    sign: np.float32,
    before_2: Floats,
    after_2: Floats,
    weight_2: np.float32,
) -> None:
    """Add two pairs of taps to a row."""
    for x in range(out.size):
        near = after[x] + sign * before[x]
        far = after_2[x] + sign * before_2[x]
        out[x] += weight * near + weight_2 * far


@compiled_loosely
def _keep_largest(
    yy: Floats, yx: Floats, xx: Floats, variance: np.float32, best: Floats
) -> None:
    """Larger eigenvalue of [[yy, yx], [yx, xx]] times the variance, where above the best."""
    half = np.float32(0.5)
    for y in range(yy.shape[0]):
        for x in range(yy.shape[1]):
            mean = (yy[y, x] + xx[y, x]) * half
            apart = (yy[y, x] - xx[y, x]) * half
            value = (mean + np.sqrt(apart * apart + yx[y, x] * yx[y, x])) * variance
            best[y, x] = max(best[y, x], value)
