from __future__ import annotations

from flyte.packages._table import size_table
from flyte.packages._wheels import InstalledPackage


def test_the_largest_packages_come_first_and_all_others_in_one_line() -> None:
    packages = [InstalledPackage(f"p{number}", "1", (13 - number) * 1_000_000) for number in range(12)]
    lines = size_table("Packages:", packages, 100_000_000).splitlines()
    assert lines[0] == "Packages:"
    assert lines[1].split() == ["p0", "1", "13.0", "MB"]
    assert lines[10].split() == ["p9", "1", "4.0", "MB"]
    assert lines[11].split() == ["2", "others", "15.0", "MB"]
    assert lines[12].split() == ["total,", "unpacked", "100.0", "MB"]
    assert lines[13].split() == ["limit", "2,147.5", "MB"]
    assert len({len(line) for line in lines[1:]}) == 1


def test_files_of_no_package_are_counted_too() -> None:
    assert "other files" in size_table("t", [InstalledPackage("p", "1", 5)], 6)
    assert "other" not in size_table("t", [InstalledPackage("p", "1", 5)], 5)
