"""The command line: one module a command group; results on stdout, talk on stderr."""
