"""One file per command, each offering COMMAND. They import what they need when they are run."""
