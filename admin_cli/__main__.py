"""`python -m admin_cli`."""

from admin_cli.cli import main

main()
