"""The way from one schema to the next; run by `mien.storage.schema`."""
