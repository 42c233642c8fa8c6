#!/usr/bin/env bash
# Make .venv with uv inside. Needs Python 3.11 or 3.12; Debian's own lacks ensurepip until
# python3-venv is installed, which is done here when root.
set -euo pipefail
python=${1:-}

if [ -z "$python" ] || ! "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))'; then
  echo "Chat Infonavit needs Python 3.11 or 3.12: apt-get install python3 (Debian 12), or make PYTHON=/path/to/python3.11" >&2
  exit 1
fi

if ! "$python" -c 'import ensurepip' 2>/dev/null; then
  version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  if [ "$(id -u)" = 0 ]; then
    echo "Installing python${version}-venv ..."
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "python${version}-venv" >/dev/null
  else
    echo "Python has no ensurepip. Run this once, then make again: sudo apt-get install python${version}-venv" >&2
    exit 1
  fi
fi

"$python" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check "uv>=0.5"
