"""Messages in; mentions of what was done, asked or said out, each with the words that say it."""
