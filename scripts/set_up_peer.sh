#!/bin/sh
# Makes build/peer-venv, where `make bench-canvas` finds napari: its Qt and its pins do not go with ours.
# Where it cannot be installed, the bench measures our canvas alone and says so.
set -u

cd "$(dirname "$0")/.."
mkdir -p build

if ! command -v Xvfb >/dev/null 2>&1 && command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        xvfb libgl1-mesa-dri libopengl0 >/dev/null
fi
if ! [ -e build/peer-venv/ready ]; then
    .venv/bin/python -m venv --clear build/peer-venv &&
        build/peer-venv/bin/python -m pip install --quiet "napari==0.9.2" PyQt6 &&
        touch build/peer-venv/ready
fi
exit 0
