"""Reading a session: nothing in a file is trusted, and what is wrong is said with its place.

Types, ranges, counts and what must fit together are checked before a run is made of them. That the
parameters are those that the settings and the journal lead to is not checked: that would be to
train again. A file that was changed there opens on its own numbers.
"""

import numpy as np

from core.errors import SessionError
from core.files.coding import decode, decode_array
from core.files.json_text import MOST_BYTES, Json, Unreadable, keyed, parse, said
from core.files.run_reading import read_run
from core.files.session import FORMAT, VERSION, Session
from core.files.settings_reading import replace_absent_engine
from core.images.images import MAXIMUM_IMAGES, PIXELS, Batch, Image
from core.images.own_data import SCALES, OwnData, plain_name

_LARGE = 2**20
_TOP = ("format", "version", "image", "data", "run", "other")


def read_session(data: bytes) -> Session:
    """Read a session from the bytes of a file.

    Raises
    ------
    SessionError
        If it is none; the error says what is wrong, and where.
    """
    none = SessionError("", f'is not a session: "format" must be {FORMAT!r}')
    # To read JSON takes several times its size: not for a large file that cannot be one.
    if _LARGE < len(data) <= MOST_BYTES and FORMAT.encode() not in data:
        raise none
    value = parse(data)
    if isinstance(value, Unreadable):
        raise SessionError("", value.problem)
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise none
    version = decode(int, value.get("version"), "version")
    if version != VERSION:
        raise SessionError(
            "version", f"must be {VERSION}, the version that this napkin-net reads (got {version})"
        )
    top = keyed(value, "", _TOP)
    image = _image(top["image"])
    own = None if top["data"] is None else read_own(top["data"])
    absent = replace_absent_engine(top["run"])
    run = read_run(top["run"], own, "run")
    if top["other"] is None:
        return Session(image, run, None, False, absent)
    other = keyed(top["other"], "other", ("started_again", "run"))
    started_again = decode(bool, other["started_again"], "other.started_again") is True
    absent = replace_absent_engine(other["run"]) or absent
    return Session(image, run, read_run(other["run"], own, "other.run"), started_again, absent)


def _image(value: Json) -> Image:
    pixels = decode_array(value, "image")
    if pixels.shape != (PIXELS,) or not np.all((pixels >= 0) & (pixels <= 1)):
        raise SessionError("image", f"must be {PIXELS} numbers from 0 to 1")
    first, second, third, fourth = (float(pixel) for pixel in pixels)
    return first, second, third, fourth


def read_own(value: Json) -> OwnData:
    """Read a person's own images; raises `SessionError` if they are none."""
    table = keyed(value, "data", ("name", "labelled", "scale", "rows"))
    rows = decode_array(table["rows"], "data.rows").astype(np.float64)
    if rows.ndim != 2 or rows.shape[1] != PIXELS + 1 or not 1 <= len(rows) <= MAXIMUM_IMAGES:
        raise SessionError("data.rows", f"must be rows of {PIXELS} pixels and a label")
    images, targets = rows[:, :PIXELS].copy(), rows[:, PIXELS].copy()
    wrong = ~(np.all((images >= 0) & (images <= 1), axis=1) & np.isfinite(targets))
    if wrong.any():
        at = f"data.rows[{int(wrong.argmax())}]"
        raise SessionError(at, "must have pixels from 0 to 1 and a finite label")
    name = plain_name(str(decode(str, table["name"], "data.name")))
    labelled = decode(bool, table["labelled"], "data.labelled") is True
    scale = decode(float, table["scale"], "data.scale")
    if scale not in SCALES:
        raise SessionError("data.scale", f"must be 1 or 255 (got {said(table['scale'])})")
    return OwnData(name, Batch(images, targets), labelled, float(scale))
