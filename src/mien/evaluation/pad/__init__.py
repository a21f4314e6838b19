"""Presentation attack detection, measured as ISO/IEC 30107-3 has it."""
