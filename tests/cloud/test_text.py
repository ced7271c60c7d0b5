import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from andamio.cloud.text import plain
from tests.infra.builtin_terraform import needs_terraform, terraform, write


@given(st.text(alphabet="$%{}a \n"))
def test_no_expression_begins(text) -> None:
    changed = plain(text)
    assert changed.replace("$${", "${").replace("%%{", "%{") == text or "$${" in text or "%%{" in text
    assert "${" not in changed.replace("$${", "")
    assert "%{" not in changed.replace("%%{", "")


@needs_terraform
def test_terraform_reads_what_was_meant(tmp_path: Path) -> None:
    meant = ["${x}", "%{if}", "$x ${", "a$${b}", "100%", "%%{c}", "$"]
    write(tmp_path, {"output": {"texts": {"value": [plain(text) for text in meant]}}})
    assert terraform(tmp_path, "init", "-input=false").returncode == 0
    applied = terraform(tmp_path, "apply", "-auto-approve", "-input=false")
    assert applied.returncode == 0, applied.stderr
    assert json.loads(terraform(tmp_path, "output", "-json", "texts").stdout) == meant
