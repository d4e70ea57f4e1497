"""Print the rates of this machine as JSON: python -m core.rates [FOLDER [ENGINE ...]].

The engines are loaded first, so that their rates are among them; FOLDER keeps compiled code. What
is done of the measuring is written to the standard error stream: a line for each percent.
"""

import json
import sys
from contextlib import suppress
from pathlib import Path

from core.engines import load
from core.engines.compiled import keep_in
from core.rates import as_plain_data, measured_now


def main(folder: str = "", *engines: str) -> None:
    """Measure, and print the rates."""
    told = -1

    def look(share: float) -> None:
        nonlocal told
        if (percent := int(100 * share)) != told:
            told = percent
            print(percent, file=sys.stderr, flush=True)

    if folder:
        keep_in(Path(folder))
    loaded = []
    for engine in engines:
        with suppress(ImportError, OSError):  # the rates of the others are measured all the same
            load(engine)
            loaded.append(engine)
    json.dump(as_plain_data(measured_now(look, with_gpu="gpu" in loaded)), sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
