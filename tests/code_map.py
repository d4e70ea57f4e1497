"""The map of the code in CONTRIBUTING.md, made from the faces of the packages.

A package's line is the first sentence of its face and the names that the face lists.
`python -m tests.code_map` writes the map into the page; `test_code_map.py` compares the two.
"""

import ast
import re
import textwrap
from pathlib import Path

import core
from tests.test_house import FLOORS

ROOT = Path(core.__file__).parent.parent
PAGE = ROOT / "CONTRIBUTING.md"
BEGIN = "<!-- map of the code: python -m tests.code_map -->\n"
END = "<!-- end of the map -->\n"

MOST_NAMES = 30
"""A face with more names is counted, not listed."""


def code_map() -> str:
    """Return the map: the packages floor by floor, from the ground up."""
    lines = []
    floors = [[name for name in floor if "." in name and "__" not in name] for floor in FLOORS]
    for number, packages in enumerate(filter(None, floors), start=1):
        lines.append(f"\nFloor {number}:\n")
        for package in packages:
            lines += [entry(path) for path in (path_of(package), *folders_in(path_of(package)))]
    return "\n".join(lines).lstrip("\n") + "\n"


def path_of(module: str) -> Path:
    """Return the file of a module, or the face of a package."""
    path = ROOT / module.replace(".", "/")
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def folders_in(face: Path) -> list[Path]:
    """Return the faces of the packages inside a package."""
    return sorted(face.parent.glob("*/**/__init__.py")) if face.name == "__init__.py" else []


def entry(path: Path) -> str:
    """Return the lines of one package: its folder, its first sentence, its names."""
    tree = ast.parse(path.read_text("utf-8"))
    is_face = path.name == "__init__.py"
    where = (path.parent if is_face else path).relative_to(ROOT).as_posix() + "/" * is_face
    names = listed(tree) if is_face else []
    shown = ", ".join(f"`{name}`" for name in names)
    if len(names) > MOST_NAMES:
        shown = f"{len(names)} names"
    text = f"- `{where}`: {first_sentence(ast.get_docstring(tree) or '')}"
    return textwrap.fill(
        f"{text} Shows {shown}." if shown else text,
        width=100,
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def first_sentence(docstring: str) -> str:
    """Return the first sentence of a docstring, on one line."""
    paragraph = " ".join(docstring.split("\n\n")[0].split())
    return re.split(r"(?<=\.)\s+(?=[A-Z`])", paragraph)[0]


def listed(tree: ast.Module) -> list[str]:
    """Return the names that a face lists."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return list(ast.literal_eval(node.value))
    return []


def with_map(page: str) -> str:
    """Return the page with the map as it is now."""
    before, _, rest = page.partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise ValueError(f"{PAGE.name} has no place for the map")
    return f"{before}{BEGIN}\n{code_map()}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(with_map(PAGE.read_text("utf-8")), "utf-8")
