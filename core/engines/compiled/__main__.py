"""Compile the engine into a folder, from which it is loaded later: python -m ... FOLDER."""

import sys
from pathlib import Path

from core.engines.compiled import load

if __name__ == "__main__":
    load(Path(sys.argv[1]))
