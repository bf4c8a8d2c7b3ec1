"""``python -m mapping.cli``: the command without its script."""

from mapping.cli import main

main()
