#!/bin/sh
# What `make test` needs besides Go, on Debian 12: run as root or with sudo, as often as you like.
# It says nothing when all of it is there, and touches nothing but the package database otherwise.
set -eu

packages="
	ca-certificates curl jq
	gcc libc6-dev
	kamailio kamailio-utils-modules kamailio-extra-modules
	sip-tester
	chromium
"

missing() {
	for package in $packages; do
		dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || printf '%s ' "$package"
	done
}

if ! command -v dpkg-query >/dev/null; then
	echo "setup: this is no Debian machine: install by hand" $packages >&2
	exit 1
fi

wanted=$(missing)
[ -n "$wanted" ] || exit 0

apt() {
	if [ "$(id -u)" = 0 ]; then
		env DEBIAN_FRONTEND=noninteractive apt-get -qq "$@"
	elif command -v sudo >/dev/null; then
		sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq "$@"
	else
		echo "setup: run as root: apt-get install $wanted" >&2
		exit 1
	fi
}

echo "setup: installing $wanted" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { apt update || :; apt install -y --no-install-recommends $wanted; } >"$log" 2>&1; then
	cat "$log" >&2
	exit 1
fi
wanted=$(missing)
[ -z "$wanted" ] || { echo "setup: still missing: $wanted" >&2; exit 1; }
