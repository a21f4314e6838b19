"""Error rates of groups of people: whether the product treats them alike."""
