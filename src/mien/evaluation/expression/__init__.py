"""How well expressions are read: datasets, figures, tables, plots and the model card."""
