"""How the program is laid out: floors, faces, folders that can be read, and no ladders of classes.

A package stands on one floor and imports only from those below. What a package shows is in its
face, its `__init__.py`; the screen takes nothing else from `core`.
"""

import ast
import importlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import core

ROOT = Path(core.__file__).parent.parent

FLOORS = (
    (
        "core.arrays",
        "core.atomic",
        "core.errors",
        "core.randomness",
        "core.structs",
        "core.typed_numbers",
    ),
    ("core.images", "core.network"),
    ("core.engines",),
    ("core.settings", "core.rates"),
    ("core.prediction",),
    ("core.scale",),
    ("core.metrics",),
    ("core.run",),
    ("core.commentary", "core.files", "core.quantities"),
    ("core.explain", "core.sweeps"),
    ("core.landscape",),
    ("core",),
    ("tui",),  # its face holds the program's name and nothing else
    ("tui.view", "tui.terminal"),
    ("tui.worker",),
    ("tui.words", "tui.screens"),
    ("tui.panes",),
    ("tui.files",),
    ("tui.sweep",),
    ("tui.app",),
    ("tui.cli",),
    ("tui.__main__",),
)
"""From the ground up; nothing on a floor knows what stands beside it."""
FLOOR = {package: number for number, floor in enumerate(FLOORS) for package in floor}

MOST_MODULES = 12
MOST_METHODS = 25
MOST_ATTRIBUTES = 12
APP_METHODS = 45
"""The app's, which Textual asks for many."""
BASES = frozenset({"Rows", "Pane", "PicturePane", "OrderedApp"})
"""The classes that hold state and that others of ours derive from: rows of text, the panes among
them, and the app that keeps keys in order."""


def name_of(path: Path) -> str:
    """Name the module that a file is."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def modules() -> dict[str, ast.Module]:
    """Parse every file of the program."""
    paths = [path for top in ("core", "tui") for path in (ROOT / top).rglob("*.py")]
    return {name_of(path): ast.parse(path.read_text("utf-8")) for path in sorted(paths)}


def is_package(name: str) -> bool:
    """Whether a module is a folder's face."""
    return (ROOT / name.replace(".", "/")).is_dir()


@cache
def imports_of(module: str) -> list[tuple[str, str]]:
    """Find what a file takes from ours when it runs: modules, each with a name."""
    nodes = list(ast.walk(modules()[module]))
    only_for_types = {
        id(inner)
        for node in nodes
        if isinstance(node, ast.If) and is_named(node.test, "TYPE_CHECKING")
        for inner in ast.walk(node)
    }
    found: list[tuple[str, str]] = []
    for node in nodes:
        if not isinstance(node, ast.ImportFrom) or id(node) in only_for_types:
            continue
        if node.module is None or node.module.partition(".")[0] not in ("core", "tui"):
            continue
        for alias in node.names:
            inner = f"{node.module}.{alias.name}"
            is_module = inner in modules() and alias.name not in shown_by(node.module)
            found.append((inner, "") if is_module else (node.module, alias.name))
    return found


def is_named(node: ast.expr, name: str) -> bool:
    """Whether an expression is no more than a name, and this one."""
    return isinstance(node, ast.Name) and node.id == name


@cache
def shown_by(package: str) -> frozenset[str]:
    """Read the names that a face lists."""
    for node in modules()[package].body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return frozenset(ast.literal_eval(node.value))
    return frozenset()


def package_of(module: str) -> str:
    """Find the package with a floor that a module is in."""
    while module not in FLOOR:
        module = module.rpartition(".")[0]
    return module


def test_imports_go_down() -> None:
    wrong = [
        f"{module} imports {other}"
        for module in modules()
        for other, _ in imports_of(module)
        if package_of(module) != package_of(other)
        and FLOOR[package_of(other)] >= FLOOR[package_of(module)]
    ]
    assert not wrong


def test_no_files_import_one_another_in_a_circle() -> None:
    needs = {module: {other for other, _ in imports_of(module)} - {module} for module in modules()}
    # What needs nothing that is left is taken away, until only circles are left.
    while free := {module for module, others in needs.items() if not others & needs.keys()}:
        needs = {module: others for module, others in needs.items() if module not in free}
    assert not needs


def test_the_screen_takes_from_core_only_what_a_face_shows() -> None:
    ground = {*FLOORS[0]}
    wrong = [
        f"{module} takes {name or 'all'} from {other}"
        for module in modules()
        if module.startswith("tui")
        for other, name in imports_of(module)
        if other.startswith("core") and other not in ground
        if not is_package(other) or name not in shown_by(other)
    ]
    assert not wrong


def test_a_folder_can_be_taken_in_at_a_glance() -> None:
    folders: dict[str, int] = {}
    for module in modules():
        if not is_package(module) and not module.endswith(".__main__"):
            folder = module.rpartition(".")[0]
            folders[folder] = folders.get(folder, 0) + 1
    assert {name: count for name, count in folders.items() if count > MOST_MODULES} == {}


def test_a_face_says_what_its_package_is() -> None:
    faces = [name for name in modules() if is_package(name)]
    assert "core.run" in faces
    assert [name for name in faces if not ast.get_docstring(modules()[name])] == []


def test_a_face_has_what_it_lists() -> None:
    faces = {name: importlib.import_module(name) for name in modules() if shown_by(name)}
    assert "core.run" in faces
    assert [
        f"{name} lacks {listed}"
        for name, face in faces.items()
        for listed in shown_by(name)
        if not hasattr(face, listed)
    ] == []


@cache
def classes() -> list[tuple[str, ast.ClassDef]]:
    """Find every class, with its module."""
    return [
        (module, node)
        for module, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    ]


@cache
def attributes_of(node: ast.ClassDef) -> set[str]:
    """Find what a class assigns to itself, or declares."""
    found: set[str] = set()
    for inner in ast.walk(node):
        if not isinstance(inner, ast.Attribute) or not isinstance(inner.ctx, ast.Store):
            continue
        if is_named(inner.value, "self"):
            found.add(inner.attr)
    for inner in node.body:
        if isinstance(inner, ast.AnnAssign) and not ast.unparse(inner.annotation).startswith(
            "ClassVar"
        ):
            found.add(ast.unparse(inner.target))
    return found


def methods_of(node: ast.ClassDef) -> list[str]:
    """List the methods of a class."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [inner.name for inner in node.body if isinstance(inner, kinds)]


def is_record(node: ast.ClassDef) -> bool:
    """Whether a class is immutable data, of as many fields as there are to say."""
    return "Struct" in map(ast.unparse, node.bases)


def test_immutable_data_is_a_struct_which_is_made_faster() -> None:
    wrong = [
        f"{module}.{node.name}"
        for module, node in classes()
        if any("frozen=True" in ast.unparse(decorator) for decorator in node.decorator_list)
    ]
    assert not wrong


def test_no_class_derives_from_one_of_ours_that_holds_state() -> None:
    state = {node.name for _, node in classes() if attributes_of(node)} - BASES
    wrong = [
        f"{module}.{node.name} derives from {ast.unparse(base)}"
        for module, node in classes()
        for base in node.bases
        if ast.unparse(base).partition("[")[0] in state
    ]
    assert not wrong


def test_no_class_does_too_much() -> None:
    wrong: list[str] = []
    for module, node in classes():
        methods = methods_of(node)
        public = [name for name in methods if not name.startswith("_")]
        if node.name == "NapkinApp":
            if len(methods) > APP_METHODS:
                wrong.append(f"{module}.{node.name} has {len(methods)} methods")
            continue
        if len(public) > MOST_METHODS:
            wrong.append(f"{module}.{node.name} has {len(public)} public methods")
        if not is_record(node) and len(attributes_of(node)) > MOST_ATTRIBUTES:
            wrong.append(f"{module}.{node.name} has {len(attributes_of(node))} attributes")
    assert not wrong


def test_no_object_is_poured_over_another() -> None:
    wrong = [
        f"{module}: {ast.unparse(node)}"
        for module, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "update"
        and ast.unparse(node.func).endswith((").update", "__dict__.update"))
        and ("vars(" in ast.unparse(node.func) or "__dict__" in ast.unparse(node.func))
    ]
    assert not wrong


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "README.md"])
def test_every_file_that_a_page_names_is_there(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    named = re.findall(r"\b(?:core|tui|tests|benchmarks|docs)/[\w./]+\.\w+", text)
    assert [name for name in named if not (ROOT / name).exists()] == []


PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


def links_of(page: Path) -> list[tuple[Path, str]]:
    """Find the links of a page to our own files, each with the heading that it names."""
    found = re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", page.read_text("utf-8"))
    return [(page.parent / path if path else page, heading) for path, heading in found]


def headings_of(page: Path) -> set[str]:
    """Name the headings of a page as links do."""
    headings = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    links = links_of(page)
    assert [str(path) for path, _ in links if not path.exists()] == []
    assert [
        heading for path, heading in links if heading and heading not in headings_of(path)
    ] == []


def test_every_page_is_linked_from_the_readme() -> None:
    linked = {path.resolve() for path, _ in links_of(ROOT / "README.md")}
    assert [
        page.name for page in PAGES if page.resolve() not in linked and page.stem != "README"
    ] == []


def test_the_way_down_is_as_it_is_told() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    told = re.findall(r"^\d+\. `([\w/]+\.py)` ((?:`\w+`(?:, (?:then )?)?)+)", text, re.MULTILINE)
    assert len(told) > 30
    missing = [
        f"{path}: {name}"
        for path, names in told
        for name in re.findall(r"\w+", names.replace("then", ""))
        if not re.search(rf"(def|class) {name}\b|^{name}\b", source(path), re.MULTILINE)
    ]
    assert not missing


def source(path: str) -> str:
    """Read a file of the program."""
    return (ROOT / path).read_text("utf-8")


@pytest.mark.parametrize("top", ["core", "tui"])
def test_the_tests_mirror_the_tree(top: str) -> None:
    folders = {path.parent.relative_to(ROOT / "tests") for path in files_of_tests(top)}
    assert [str(folder) for folder in sorted(folders) if not (ROOT / folder).is_dir()] == []


def files_of_tests(top: str) -> Iterator[Path]:
    """Find the files of tests."""
    return (ROOT / "tests" / top).rglob("test_*.py")
