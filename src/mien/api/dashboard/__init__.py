"""The dashboard: what `make web` or the wheel put into this package, served by `mien serve`."""
