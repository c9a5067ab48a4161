#!/bin/sh
# Makes build/peer-networks-venv, where `make bench-peers` finds MONAI and segmentation_models.pytorch: they bring
# torchvision, timm and a client of a model hub, which ours is better without. The torch in it is the one of
# constraints.txt, for the same speed; TORCH_INDEX names a wheel index to take it from, as in set_up.sh.
set -eu

cd "$(dirname "$0")/.."
mkdir -p build

if ! [ -e build/peer-networks-venv/ready ]; then
    .venv/bin/python -m venv --clear build/peer-networks-venv
    pip="build/peer-networks-venv/bin/python -m pip install --quiet --constraint constraints.txt"
    if [ -n "${TORCH_INDEX:-}" ]; then
        $pip --no-deps --index-url "$TORCH_INDEX" torch
    fi
    $pip torch
    # The same lines as the extra "peers"; without our own package, which the peers do not need.
    $pip "monai>=1.5" "segmentation-models-pytorch>=0.5"
    touch build/peer-networks-venv/ready
fi
