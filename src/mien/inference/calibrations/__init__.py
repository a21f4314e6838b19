"""Calibrations shipped with the packs, written by `mien evaluate --write-calibration`."""
