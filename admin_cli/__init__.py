"""The staff's command line: `python -m admin_cli GROUP VERB`. One file a command group."""
