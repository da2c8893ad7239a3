"""Every published model asked in one way: a row of named fields in; a figure, a class or a list out, with reasons."""
