"""The ground floor: frozen values that cannot be wrong, made of the standard library alone."""
