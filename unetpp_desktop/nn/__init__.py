"""U-Net++: network, losses, predictor, trainer, registry. The only room that imports torch."""
