"""Energy from the counters of the processor, which here are files of a folder."""

from pathlib import Path

from core.rates.energy import counters, joules_between


def counter(folder: Path, name: str, microjoules: object, limit: int = 999_999) -> None:
    (folder / name).mkdir(exist_ok=True)
    (folder / name / "energy_uj").write_text(f"{microjoules}\n")
    (folder / name / "max_energy_range_uj").write_text(f"{limit}\n")


def test_all_processors_are_added_up_and_their_parts_are_not(tmp_path: Path) -> None:
    for name, microjoules in (("intel-rapl:0", 100), ("intel-rapl:1", 200), ("intel-rapl:0:0", 5)):
        counter(tmp_path, name, microjoules)
    before = counters(tmp_path)
    counter(tmp_path, "intel-rapl:0", 500_100)
    counter(tmp_path, "intel-rapl:1", 700_200)
    counter(tmp_path, "intel-rapl:0:0", 400_005)
    # 0.5 J and 0.7 J.
    assert joules_between(before, counters(tmp_path)) == 1.2


def test_a_counter_begins_at_0_again_after_its_limit(tmp_path: Path) -> None:
    counter(tmp_path, "intel-rapl:0", 900_000)
    before = counters(tmp_path)
    # 99,999 to the limit, 1 to 0, and 200,000 from there.
    counter(tmp_path, "intel-rapl:0", 200_000)
    assert joules_between(before, counters(tmp_path)) == 0.3


def test_where_nothing_tells_nothing_is_known(tmp_path: Path) -> None:
    assert joules_between(counters(tmp_path), counters(tmp_path)) is None
    assert counters(tmp_path / "none") == {}
    counter(tmp_path, "intel-rapl:0", "?")
    assert counters(tmp_path) == {}
    counter(tmp_path, "intel-rapl:0", 1)
    assert joules_between({}, counters(tmp_path)) is None
