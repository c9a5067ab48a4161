#!/bin/sh
# Makes .venv and installs the app into it; called by the Makefile, safe to call again.
#
#   sh scripts/set_up.sh run    what the app needs
#   sh scripts/set_up.sh dev    and what its tests and checks need
#
# PYTHON=...       the Python to use (3.11 or newer); otherwise the first that fits is taken
# TORCH_INDEX=...  a wheel index to take torch from, such as PyTorch's own for CPUs; see README.md
#
# On Debian and its relatives, root also gets the missing system packages; everyone else is told
# the one line to type. Nothing outside .venv is touched otherwise.
set -eu

cd "$(dirname "$0")/.."

# What Qt and OpenCV link against, and one font, without which a window shows no text.
system_packages="libegl1 libgl1 libglib2.0-0 libdbus-1-3 libfontconfig1 fonts-dejavu-core
    libxkbcommon-x11-0 libx11-xcb1 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1
    libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-sync1 libxcb-util1 libxcb-xfixes0 libxcb-xkb1
    libwayland-cursor0 libwayland-egl1"

say() { printf '%s\n' "$*"; }
stop() { say "$*" >&2; exit 1; }

# The packages of the arguments that are not installed. Newer Debians and Ubuntus call some of
# them NAMEt64; apt-get finds those by the old name, dpkg does not.
missing_packages() {
    for package in "$@"; do
        for name in "$package" "${package}t64"; do
            if [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ]; then
                continue 2
            fi
        done
        printf '%s ' "$package"
    done
}

has_apt() { command -v apt-get >/dev/null 2>&1 && command -v dpkg-query >/dev/null 2>&1; }

apt_install() {
    say "Installing system packages: $*"
    apt-get update -qq
    # Its report of every unpacked file helps nobody; warnings and errors come through.
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

find_python() {
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            say "$candidate"
            return
        fi
    done
    stop "Python 3.11 or newer is needed and was not found. Install it, or name it: PYTHON=/path/to/python3 make run"
}

make_venv() {
    python=$(find_python)
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        # Debian splits venv off; the versioned package fits whichever python3 was found.
        package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
        if has_apt && [ "$(id -u)" = 0 ]; then
            apt_install "$package"
        elif has_apt; then
            stop "Python lacks its venv module. Type this, then try again:  sudo apt-get install $package"
        else
            stop "$python lacks its venv module. Install it with your system's package manager, then try again."
        fi
    fi
    say "Making .venv with $("$python" --version)"
    "$python" -m venv --clear .venv
}

install_app() {
    # torch alone from the index that was named: of two indexes pip would take the higher version,
    # and what torch itself needs comes with the rest.
    if [ -n "${TORCH_INDEX:-}" ]; then
        .venv/bin/python -m pip install --quiet --constraint constraints.txt --no-deps \
            --index-url "$TORCH_INDEX" torch
    fi
    case $1 in
        run) .venv/bin/python -m pip install --quiet --constraint constraints.txt --editable . ;;
        dev) .venv/bin/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]' ;;
    esac
}

# The shared libraries that Qt's screen plug-ins or OpenCV look for in vain, one a line.
missing_libraries() {
    packages=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("platlib"))')
    for library in "$packages"/PySide6/QtWidgets.abi3.so "$packages"/cv2/*.so \
        "$packages"/PySide6/Qt/plugins/platforms/libqxcb.so \
        "$packages"/PySide6/Qt/plugins/platforms/libqwayland.so \
        "$packages"/PySide6/Qt/plugins/platforms/libqoffscreen.so; do
        if [ -e "$library" ]; then
            ldd "$library" 2>/dev/null | sed -n 's/^[[:space:]]*\(.*\) => not found.*/\1/p'
        fi
    done | sort -u
}

has_fonts() {
    for folder in /usr/share/fonts /usr/local/share/fonts "${HOME:-/nonexistent}/.fonts" \
        "${HOME:-/nonexistent}/.local/share/fonts"; do
        if [ -d "$folder" ] && [ -n "$(find -L "$folder" -name '*.[to]t[fc]' 2>/dev/null | head -n 1)" ]; then
            return 0
        fi
    done
    return 1
}

provide_system_libraries() {
    [ "$(uname -s)" = Linux ] || return 0
    lacking=$(missing_libraries)
    if [ -z "$lacking" ] && has_fonts; then
        return 0
    fi
    if has_apt; then
        # Left unquoted: these are lists of package names.
        wanted=$(missing_packages $system_packages)
        if [ "$(id -u)" = 0 ]; then
            apt_install $wanted
        else
            say "The window needs system packages that are not here. Type:  sudo apt-get install $wanted"
        fi
    else
        has_fonts || say "No fonts were found: install any, or the window shows no text."
        [ -z "$lacking" ] || say "Qt misses these libraries; install the packages that hold them:" $lacking
    fi
}

check_installation() {
    fault=$(QT_QPA_PLATFORM=offscreen .venv/bin/python -c 'import PySide6.QtWidgets, cv2, numpy' 2>&1) ||
        stop "The app cannot start yet: $(printf '%s\n' "$fault" | tail -n 1)"
}

[ $# = 1 ] || stop "usage: sh scripts/set_up.sh run|dev"
case $1 in run | dev) ;; *) stop "usage: sh scripts/set_up.sh run|dev" ;; esac

.venv/bin/python -m pip --version >/dev/null 2>&1 || make_venv
say "Installing the app into .venv; the first time this takes some minutes"
install_app "$1"
provide_system_libraries
check_installation
# The Makefile compares these with pyproject.toml and constraints.txt; dev includes run.
touch .venv/ready-run
if [ "$1" = dev ]; then touch .venv/ready-dev; fi
