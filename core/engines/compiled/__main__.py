"""Compile the engine into a folder, from which it is loaded later: python -m ... FOLDER."""

import sys
from pathlib import Path

from core.engines.compiled import compile_into

if __name__ == "__main__":
    compile_into(Path(sys.argv[1]))
