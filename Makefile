# Needs Python 3.11 or newer, make and git; everything else is installed into .venv.

BIN := .venv/bin
SET_UP_FROM := pyproject.toml constraints.txt scripts/set_up.sh

.PHONY: help run test test-slow bench bench-canvas bench-peers screenshots check fix clean

help: ## print this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1|\2/p' Makefile | awk -F'|' '{ printf "%-16s %s\n", $$1, $$2 }'

run: .venv/ready-run ## set up what is missing and open the app on the sample scenes
	@if [ "$$(uname -s)" = Linux ] && [ -z "$$DISPLAY$$WAYLAND_DISPLAY" ]; then \
		echo "There is no display here: playing the tour without a window."; \
		QT_QPA_PLATFORM=offscreen $(BIN)/unetpp-desktop tour; \
	else \
		$(BIN)/unetpp-desktop --samples; \
	fi

# One thread per test process: two processes share the cores already.
test: .venv/ready-dev ## set up what is missing and run the tests
	QT_QPA_PLATFORM=offscreen OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2

test-slow: .venv/ready-dev ## run the tests that take more than a few seconds each
	QT_QPA_PLATFORM=offscreen OMP_NUM_THREADS=2 $(BIN)/python -m pytest -m slow

bench: .venv/ready-dev ## measure start-up, how fluid the window stays while it trains and with large scenes, and previews
	$(BIN)/python -m bench.startup
	$(BIN)/python -m bench.responsiveness
	$(BIN)/python -m bench.large_scene
	$(BIN)/python -m bench.preview

bench-canvas: .venv/ready-dev ## measure a mouse-move on the canvas, next to napari's, and how fast scenes open
	@sh scripts/set_up_peer.sh
	$(BIN)/python -m bench.canvas

bench-peers: .venv/ready-dev ## measure our U-Net++ next to MONAI's and segmentation_models.pytorch's
	@sh scripts/set_up_peer_networks.sh
	$(BIN)/python -m bench.peers --write

screenshots: .venv/ready-dev ## take pictures of every page and dialog, dark and light, at 1x and 2x
	$(BIN)/python -m bench.screenshots

check: .venv/ready-dev ## look for faults in style, types and imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: .venv/ready-dev ## mend what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## remove .venv and what the tools left behind
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist

.venv/ready-run: $(SET_UP_FROM)
	@sh scripts/set_up.sh run

.venv/ready-dev: $(SET_UP_FROM)
	@sh scripts/set_up.sh dev
