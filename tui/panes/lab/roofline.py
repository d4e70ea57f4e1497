"""The roofline: multiply-adds per second over multiply-adds per byte, with the machine's limits.

After Williams, Waterman and Patterson, 2009, https://doi.org/10.1145/1498765.1498785.
"""

from collections.abc import Mapping, Sequence

from rich.segment import Segment
from rich.style import Style

from core.prediction import Prediction
from core.rates import Rates, gpu_limits, levels_of
from core.structs import Struct
from tui.panes.lab.chart import BOLD, Axis, Chart, Curve, Mark, draw_chart, powers_of_ten
from tui.panes.lab.survey import Spot, peak_of
from tui.panes.lab.table import speed_text
from tui.terminal.drawing import Ink, Line, width_of, wrapped
from tui.words.machine import bytes_text, percent_text, storage_text
from tui.words.numerals import short
from tui.words.phrases import images

CORNER, SHARED = "┬", "*"
"""Marks where the roof becomes flat, and where several marks share a cell."""
_NARROWEST = 64
"""A pane with fewer columns has the legend below the picture."""
_LEGEND = 34
"""Columns of the legend."""
_BELOW = 3
"""Rows of the legend below the picture."""
_LEAST, _NARROW = 6, 20
"""Rows and columns of the smallest picture."""
MARKS = {"matrix": "m", "loops": "l", "compiled": "c", "gpu": "g"}
"""By engine; the letter that napkin-net scale has too."""


def roofline_rows(
    rates: Rates,
    path: Sequence[Spot],
    measured: Mapping[str, float],
    width: int,
    height: int,
    ink: Ink,
) -> list[Line]:
    """Return the picture with its legend.

    Parameters
    ----------
    rates : Rates
        Of this machine.
    path : sequence of Spot
        The step of the run, and then with ever twice the images.
    measured : mapping of str to float
        Multiply-adds per second by engine, where a step was measured.
    width, height : int
        Columns and rows.
    ink : Ink
        The styles.
    """
    beside = width >= _NARROWEST
    wide, high = width - (_LEGEND + 2 if beside else 0), height - (0 if beside else _BELOW)
    if high < _LEAST or wide < _NARROW:
        text = "The roofline needs more room. Press z to show it alone."
        return [[Segment(f" {row}", ink.dim)] for row in wrapped(text, width - 2)]
    picture = draw_chart(_chart(rates, path, measured, ink), wide, high, ink)
    is_shared = any(SHARED in segment.text for line in picture for segment in line)
    legend = _legend(rates, path, measured, ink, is_shared=is_shared)
    if not beside:
        rows = [line for line in legend if width_of(line) <= width]
        return [*picture, *rows[:_BELOW]]
    rows = []
    for row, line in enumerate(picture):
        gap = " " * (wide + 2 - width_of(line))
        words = legend[row] if row < len(legend) else []
        rows.append([*line, Segment(gap, ink.text), *words])
    return rows


def _chart(rates: Rates, path: Sequence[Spot], measured: Mapping[str, float], ink: Ink) -> Chart:
    """Return the roof, the path of each engine, and where the step of the run is."""
    peak, one = peak_of(rates), 1.0 / rates.product.fastest
    near, far = _bandwidths(rates)
    speeds = [speed for spot in path for speed in spot.speeds.values()]
    intensities = [each for spot in path for each in spot.intensities.values()]
    left, right = min(*intensities, peak / near) / 2, max(*intensities, peak / far) * 3
    gpu_peak, memory = gpu_limits(rates)
    top = max(peak, gpu_peak)
    low, high = min([*speeds, *measured.values()]) / 2, top * 2
    across = Axis(left, right, powers_of_ten(left, right))
    up = Axis(low, high, powers_of_ten(low, high))
    curves = [
        Curve([(left, left * near), (peak / near, peak), (right, peak)], ink.dim),
        Curve([(left, left * far), (peak / far, peak)], ink.dim),
    ]
    if one < peak * 0.95:
        curves.append(Curve([(one / near, one), (right, one)], ink.faint))
    if gpu_peak:
        corner = gpu_peak / memory
        roof = [(left, left * memory), (corner, gpu_peak), (max(right, corner), gpu_peak)]
        curves.append(Curve(roof, ink.faint))
    marks = [Mark((peak / near, peak), CORNER, ink.text)]
    for engine, style in zip(path[0].speeds, _styles(ink), strict=False):
        steps = [(spot.intensity(engine), spot.speeds[engine]) for spot in path]
        curves.append(Curve(steps, style))
        here = path[0].intensity(engine), measured.get(engine, path[0].speeds[engine])
        marks.append(Mark(here, MARKS[engine], style + BOLD))
    return Chart(across, up, curves, marks, SHARED)


def _bandwidths(rates: Rates) -> tuple[float, float]:
    """Return the bytes per second of the first cache and of memory, as `bench` shows them; a byte
    that took no time that could be measured tells nothing."""
    levels = levels_of(rates.known_bandwidth)
    return 1.0 / levels[0].rate.fastest, 1.0 / levels[-1].rate.fastest


class Limits(Struct):
    """What limits a step of an engine."""

    peak: float
    """Multiply-adds per second."""
    bandwidth: float
    """Bytes per second of the nearest memory."""

    def at(self, intensity: float) -> float:
        """Return the most multiply-adds per second at so many per byte."""
        return min(self.peak, intensity * self.bandwidth)


def limits_of(rates: Rates, engine: str) -> Limits:
    """Return the limits of what an engine computes on."""
    gpu_peak, memory = gpu_limits(rates)
    if engine == "gpu" and gpu_peak:
        return Limits(gpu_peak, memory)
    return Limits(peak_of(rates), _bandwidths(rates)[0])


def sentences(rates: Rates, spot: Spot, prediction: Prediction) -> tuple[str, str]:
    """Return the limit of a step in numbers, and how much of its predicted time that would be.

    Parameters
    ----------
    rates : Rates
        Of this machine.
    spot : Spot
        The step on the roofline.
    prediction : Prediction
        Of the step.
    """
    engine, share = prediction.engine, prediction.share
    limits, speed = limits_of(rates, engine), prediction.multiply_adds / share.total
    parts = (
        ("calling", share.call),
        ("computing", share.compute),
        ("waiting for memory", share.memory),
    )
    name, most = max(parts, key=lambda part: part[1])
    why = f"{name} takes {percent_text(most / share.total)}"
    intensity = spot.intensities.get(engine)
    if intensity is None:
        first = f"Roofline, {engine}: the bytes of Python’s objects are not counted."
        part = percent_text(speed / limits.peak)
        return first, f"At the peak, its multiply-adds would take {part} of its time; {why}."
    limit = limits.at(intensity)
    which = "computing" if limit == limits.peak else "memory"
    words = f"{short(intensity)} multiply-adds/byte; {which} alone allows {speed_text(limit)}."
    part = percent_text(min(speed / limit, 1.0))
    if which == "computing":
        second = f"At the peak, its multiply-adds would take {part} of its time; {why}."
    else:
        second = f"Memory alone would take {part} of its time; {why}."
    return f"Roofline, {engine}: {words}", second


def _styles(ink: Ink) -> tuple[Style, ...]:
    return ink.positive, ink.negative, ink.downhill, ink.text


def _legend(
    rates: Rates,
    path: Sequence[Spot],
    measured: Mapping[str, float],
    ink: Ink,
    *,
    is_shared: bool,
) -> list[Line]:
    """Return what the marks mean, what matters most first."""
    near, far = _bandwidths(rates)
    peak, here, (gpu_peak, memory) = peak_of(rates), path[0], gpu_limits(rates)
    caches = [level.size for level in levels_of(rates.known_bandwidth) if level.size is not None]
    first = f"the first {bytes_text(caches[0], 2)} give" if caches else "the first cache gives"
    behind = f"beyond {bytes_text(caches[-1], 2)}" if caches else "memory"
    rows: list[Line] = []
    for engine, style in zip(here.speeds, _styles(ink), strict=False):
        speed = measured.get(engine, here.speeds[engine])
        limits = limits_of(rates, engine)
        if engine in here.intensities:
            share = speed / limits.at(here.intensity(engine))
            told = f"{percent_text(share)} of roof" if share <= 1.0 else "above the roof"
        else:
            told = f"{percent_text(speed / limits.peak)} of peak"
        text = f" {engine}: {speed_text(speed)}, {told}"
        rows.append([Segment(MARKS[engine], style + BOLD), Segment(text, ink.text)])
    words = [
        f"roof: peak {speed_text(peak)}, or what",
        f"{first}, {storage_text(near)}/s",
        f"below: {behind}, {storage_text(far)}/s",
        "roofs are for steps without calls",
        f"{CORNER} corner: {short(peak / near)} multiply-adds/byte",
        f"dots: up to {images(path[-1].images)}",
        *([f"{SHARED} several in one place"] if is_shared else ()),
    ]
    if gpu_peak:
        words.insert(3, f"GPU: {speed_text(gpu_peak)}, {storage_text(memory)}/s")
    return rows + [[Segment(text, ink.dim)] for text in words]
