"""What the benches write into the documentation."""

from pathlib import Path

from bench.sections import markdown_table, replace_section


def test_a_section_is_added_then_replaced_and_the_rest_stays(tmp_path: Path) -> None:
    document = tmp_path / "benchmarks.md"
    document.write_text("# Benchmarks\n\nBy hand.\n")
    replace_section("peers", "old", document)
    replace_section("start", "other", document)
    assert document.read_text() == (
        "# Benchmarks\n\nBy hand.\n\n<!-- peers -->\nold\n<!-- end of peers -->\n"
        "\n<!-- start -->\nother\n<!-- end of start -->\n"
    )
    replace_section("peers", r"new \1 \n", document)
    assert document.read_text() == (
        "# Benchmarks\n\nBy hand.\n\n<!-- peers -->\nnew \\1 \\n\n<!-- end of peers -->\n"
        "\n<!-- start -->\nother\n<!-- end of start -->\n"
    )


def test_numbers_stand_on_the_right() -> None:
    table = markdown_table(("what", "ms"), [("a", "1"), ("b", "22")], words=1)
    assert table == "| what | ms |\n| --- | ---: |\n| a | 1 |\n| b | 22 |"
