#!/bin/sh
# Runs BIDUI_EXE under Wine as if it were a program of this system: what the tests of the suite take for bidui.
# The shell script Debian puts in front of Wine writes to standard error.
wine=/usr/lib/wine/wine64
[ -x "$wine" ] || wine=wine
exec "$wine" "$BIDUI_EXE" "$@"
