"""Changing one mask, reversibly: the document, its history, the tools."""
