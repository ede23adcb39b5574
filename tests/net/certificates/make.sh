#!/bin/sh
# Makes the certificates beside this file anew; they are valid for a hundred years.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1"; }
: >"$work/index"
cat >"$work/ca.conf" <<END
[ca]
default_ca = test
[test]
database = $work/index
new_certs_dir = $work
rand_serial = yes
default_md = sha256
policy = policy
[policy]
commonName = supplied
END
key "$work/authority.key"
openssl req -x509 -new -key "$work/authority.key" -out authority.pem -days 36500 -subj "/CN=Test authority"
leaf() { # name, names it is valid for, first and last day
  key "$1.key"
  openssl req -new -key "$1.key" -out "$work/$1.csr" -subj "/CN=$1"
  printf 'subjectAltName=%s\nbasicConstraints=CA:FALSE\n' "$2" >"$work/$1.ext"
  openssl ca -batch -notext -config "$work/ca.conf" -cert authority.pem -keyfile "$work/authority.key" \
    -in "$work/$1.csr" -out "$1.pem" -extfile "$work/$1.ext" -startdate "$3" -enddate "$4"
}
leaf good "DNS:localhost,IP:127.0.0.1" 20250101000000Z 21250101000000Z
leaf other_name "DNS:other.example" 20250101000000Z 21250101000000Z
leaf expired "DNS:localhost,IP:127.0.0.1" 20200101000000Z 20200201000000Z
