"""Words on the command line, translated into tasks."""
