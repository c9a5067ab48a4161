"""The image folder on disk: scenes, masks, data sets, formats."""
