"""Print the rates of this machine as JSON: python -m core.rates [FOLDER [ENGINE ...]].

The engines are loaded first, so that their rates are among them; FOLDER keeps compiled code.
"""

import json
import os
import sys
from contextlib import suppress
from pathlib import Path

from core.engines import load
from core.engines.compiled import keep_in
from core.rates import as_plain_data, measured_now


def main(folder: str = "", *engines: str) -> None:
    """Measure, until it is done or the process that wants the rates is not there any more."""
    wanted_by = os.getppid()

    def look(_: float) -> None:
        if os.getppid() != wanted_by:
            raise SystemExit(1)

    if folder:
        keep_in(Path(folder))
    for engine in engines:
        with suppress(ImportError, OSError):  # the rates of the others are measured all the same
            load(engine)
    json.dump(as_plain_data(measured_now(look)), sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
