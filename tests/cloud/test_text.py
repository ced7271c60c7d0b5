import json
import re
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from andamio.cloud.text import plain
from tests.infra.builtin_terraform import needs_terraform, terraform, write


@given(st.text(alphabet="$%{}a \n"))
@example("$${{")
@example("%%{{")
def test_no_expression_begins_and_the_text_stays(text) -> None:
    escapes = r"\$\$\{|%%\{"
    changed = plain(text)
    assert re.sub(escapes, lambda escape: escape[0][1:], changed) == text
    assert not [piece for piece in re.split(escapes, changed) if "${" in piece or "%{" in piece]


@needs_terraform
def test_terraform_reads_what_was_meant(tmp_path: Path) -> None:
    meant = ["${x}", "%{if}", "$x ${", "a$${b}", "100%", "%%{c}", "$", "$${{", "%%{{"]
    write(tmp_path, {"output": {"texts": {"value": [plain(text) for text in meant]}}})
    assert terraform(tmp_path, "init", "-input=false").returncode == 0
    applied = terraform(tmp_path, "apply", "-auto-approve", "-input=false")
    assert applied.returncode == 0, applied.stderr
    assert json.loads(terraform(tmp_path, "output", "-json", "texts").stdout) == meant
