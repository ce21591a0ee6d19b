"""``python -m overlanded``."""

from overlanded.commands import main

main()
