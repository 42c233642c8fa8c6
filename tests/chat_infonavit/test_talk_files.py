"""Lines of ``talk`` that attach a file."""

from pathlib import Path

import pytest

from chat_infonavit.talk import _FILE, NoFile, _content


def test_only_a_whole_line_attaches() -> None:
    found = _FILE.fullmatch("{archivo:~/mis recibos/a.xml} ")
    assert found and found[1] == "~/mis recibos/a.xml"
    assert not _FILE.fullmatch("mira {archivo:a.xml}")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoFile, match=r"no-existe\.xml"):
        _content(str(tmp_path / "no-existe.xml"))
