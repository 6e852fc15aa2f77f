"""One file for each kind of gap; each offers DETECTOR."""
