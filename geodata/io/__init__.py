"""Files in and out: readers, writers, and the data sets of the field."""
