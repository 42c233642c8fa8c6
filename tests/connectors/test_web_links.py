"""The widget and the core allow links to the same hosts."""

import re
from pathlib import Path

import connectors.web
from conversations.messages import LINK_HOSTS

LINKS_JS = Path(connectors.web.__file__).parent / "widget" / "chat" / "links.js"


def test_the_widget_allows_the_hosts_the_core_allows() -> None:
    listed = re.search(r"HOSTS = \[(.*?)\]", LINKS_JS.read_text(), re.DOTALL)
    assert listed is not None
    assert set(re.findall(r"['\"]([^'\"]+)['\"]", listed.group(1))) == set(LINK_HOSTS)
