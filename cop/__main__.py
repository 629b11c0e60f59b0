"""`python -m cop` is the same as `cop`."""

from cop.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
