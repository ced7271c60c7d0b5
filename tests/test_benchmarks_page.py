from tests.benchmarks.page import kept, replaced

PAGE = "# Page\n\nText.\n\n## One\n\nold\n\n## Two\n\nstays\n"


def test_a_section_takes_the_place_of_the_old_one_and_nothing_else_changes() -> None:
    assert replaced(PAGE, "One", "new") == "# Page\n\nText.\n\n## One\n\nnew\n\n## Two\n\nstays\n"
    assert replaced(PAGE, "Two", "new\n") == "# Page\n\nText.\n\n## One\n\nold\n\n## Two\n\nnew\n"


def test_a_new_section_comes_last_and_is_kept_when_the_page_is_written_anew() -> None:
    page = replaced(PAGE, "Three", "new")
    assert page == f"{PAGE}\n## Three\n\nnew\n"
    assert kept(page, "Three") == "## Three\n\nnew\n"
    assert kept(PAGE, "Three") == ""
    assert replaced(page, "Three", "new") == page
