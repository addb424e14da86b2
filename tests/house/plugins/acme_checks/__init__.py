"""A stranger's plug-in in which all is well made."""
