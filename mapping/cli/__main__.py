"""``python -m mapping.cli``: the command without its script."""

from mapping.cli import main

if __name__ == "__main__":
    main()
