"""Let ``python -m chat_infonavit`` be the command line."""

from chat_infonavit.cli import main

main()
