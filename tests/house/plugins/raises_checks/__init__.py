"""A plug-in whose own import fails."""

raise RuntimeError("this plug-in wants a licence")
