from andamio.bindings.attributes import Attribute, Type, parse

from .conftest import every_class


def test_a_line_reads_back_as_what_it_was_written_from() -> None:
    for _, one in every_class():
        for block in (one, *one.structs):
            for attribute in block.attributes:
                assert parse(attribute.name, attribute.line) == attribute


def test_the_line_says_the_terraform_name_only_where_it_differs() -> None:
    strings = Type("list", Type("string"))
    assert Attribute("except_", "except", strings, False, True, False).line == "optional list(string) as except"
    assert Attribute("allow", "allow", strings, True, False, False).line == "required list(string)"
