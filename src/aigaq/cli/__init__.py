"""The command line (DESIGN §5): arguments, printing, exit codes. One service call a command."""
